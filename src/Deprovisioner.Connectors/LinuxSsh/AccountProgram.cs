using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.LinuxSsh;

/// <summary>The program on the machine, with its refusals in the field's terms.</summary>
internal sealed class AccountProgram(SshMachine machine) : IAsyncDisposable
{
    /// <summary>Of what is asked and answered; the program refuses another.</summary>
    public const string Version = "1";

    /// <summary>A constant: nothing from an event comes near a command. The forced command of the key, where it has one, takes its place.</summary>
    private const string Command = "sudo -n /usr/local/sbin/deprovisioner-account";

    /// <summary>Does nothing where a shell runs it, so that only a forced command answers to it.</summary>
    private const string NoCommand = "true";

    /// <summary>Asks, and gives the answer.</summary>
    /// <exception cref="SystemFaultException">No answer, or a refusal; what did not succeed where more was done.</exception>
    public async Task<ProgramAnswer> AskAsync(ProgramRequest request, CancellationToken cancellationToken)
    {
        var spoken = await machine.RunAsync(Command, request.ToBytes(), cancellationToken);
        var answer = ProgramAnswer.Parse(spoken.Output) ?? throw new SystemFaultException(ProgramFaults.Unanswered(spoken));
        return ProgramFaults.In(answer) is { } fault ? throw new SystemFaultException(fault) : answer;
    }

    /// <summary>Whether the key leads to the program whatever is asked for, and to no shell.</summary>
    public async Task<bool> IsForcedAsync(CancellationToken cancellationToken)
        => ProgramAnswer.IsGreeted((await machine.RunAsync(NoCommand, new ProgramRequest("check").ToBytes(), cancellationToken)).Output);

    public ValueTask DisposeAsync() => machine.DisposeAsync();
}
