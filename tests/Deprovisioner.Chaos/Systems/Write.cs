namespace Deprovisioner.Chaos.Systems;

/// <summary>One change that a system itself says it made for the product.</summary>
/// <param name="UserName">Whose account or membership.</param>
/// <param name="At">Not before this.</param>
/// <param name="Cuts">Whether it took something; else it gave.</param>
/// <param name="What">In the system's words.</param>
internal sealed record Write(string System, string UserName, DateTimeOffset At, bool Cuts, string What)
{
    /// <summary>Not after this: some logs count whole seconds.</summary>
    public DateTimeOffset Until { get; init; } = At;
}
