namespace Deprovisioner.Chaos.Faults;

/// <summary>One kind of thing that goes wrong.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Strike">Breaks something.</param>
/// <param name="Heal">Makes it whole; safe to call when it is.</param>
/// <param name="Least">It lasts at least so long, in seconds.</param>
/// <param name="Most">And at most so long.</param>
internal sealed record Fault(string Name, Func<Task> Strike, Func<Task> Heal, double Least, double Most)
{
    public static Fault Of(string name, double least, double most, Action strike, Action heal)
        => new(name, () => Do(strike), () => Do(heal), least, most);

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
