using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.LinuxSsh;

/// <summary>What it means where the program refuses, fails at something, or does not speak at all.</summary>
internal static class ProgramFaults
{
    /// <summary>The account that was meant is gone meanwhile.</summary>
    public const string Gone = "gone";

    private const string Install = "install this version's deploy/linux-ssh on the machine";

    /// <summary>The fault that the answer tells; null: all is well.</summary>
    public static Fault? In(ProgramAnswer answer)
    {
        if (answer.All("refused").FirstOrDefault() is { } refused)
        {
            var (code, text) = Split(refused);
            return new Fault(OutcomeOf(code), code, text);
        }

        var problems = answer.All("problem").Select(Split).Distinct().ToList();
        return problems.Count == 0 ? null : new Fault(OutcomeOf(problems[0].Code), problems[0].Code, string.Join(' ', problems.Select(p => p.Text)));
    }

    /// <summary>Where the output is no whole answer. The machine's own words are not passed on: they may quote anything.</summary>
    public static Fault Unanswered(SpokenOutput spoken)
    {
        if (ProgramAnswer.IsGreeted(spoken.Output))
        {
            return spoken.Output.StartsWith($"deprovisioner-account {AccountProgram.Version}\n", StringComparison.Ordinal)
                ? new Fault(Outcome.Indeterminate, Fault.NoAnswer, "The program's answer broke off.")
                : new Fault(Outcome.Unauthorized, "program-version", $"The program on the machine is of another version: {Install}.");
        }

        return spoken switch
        {
            { ExitStatus: null } => new Fault(Outcome.Indeterminate, Fault.NoAnswer, "The program ended without an answer."),
            { Error: var error } when error.Contains("sudo:", StringComparison.Ordinal) || error.Contains("Sorry, user", StringComparison.Ordinal)
                => new Fault(Outcome.Unauthorized, "sudo-refused", $"sudo on the machine does not let the service account run the program: {Install}."),
            _ => new Fault(Outcome.Unauthorized, "program-missing", $"What answered on the machine is not the program: {Install}."),
        };
    }

    private static Outcome OutcomeOf(string code) => code switch
    {
        "not-root" or "bad-version" or "bad-request" or "state-unwritable" or "unreadable" => Outcome.Unauthorized,
        "elsewhere" => Outcome.NotRemovableHere,
        "ambiguous" => Outcome.Ambiguous,

        // Exit code 1 is a file that another tool has locked (https://man7.org/linux/man-pages/man8/usermod.8.html).
        "busy" or "home-unreachable" or "usermod-1" or "userdel-1" or "gpasswd-1" => Outcome.Transient,
        _ => Outcome.Rejected,
    };

    private static (string Code, string Text) Split(string line)
        => line.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space ? (line[..space], line[(space + 1)..]) : (line, "");
}
