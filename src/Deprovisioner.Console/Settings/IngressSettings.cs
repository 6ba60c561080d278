using System.Text;

namespace Deprovisioner.Console.Settings;

/// <summary>How HR events are taken in by HTTP.</summary>
internal sealed record IngressSettings
{
    private const int ShortestSecret = 16;

    /// <summary>Where it is set, each request must be signed with it beside being signed in (see <see cref="Ingress.EventSignature"/>).</summary>
    public string? Secret { get; init; }

    /// <summary>Of one request, bytes. 1 kB to 64 MB.</summary>
    public int MaxBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Requests of one sender a minute; more are answered with 429. At least 1.</summary>
    public int PerMinute { get; init; } = 600;

    /// <exception cref="ConsoleSettingsException">Something cannot be.</exception>
    public void Check()
    {
        const string Section = "Deprovisioner:Console:Ingress";
        if (Secret is { Length: < ShortestSecret })
        {
            throw new ConsoleSettingsException($"{Section}:Secret must have {ShortestSecret} characters at least.");
        }

        if (MaxBytes is < 1024 or > 64 * 1024 * 1024)
        {
            throw new ConsoleSettingsException($"{Section}:MaxBytes must be from 1024 to 67108864.");
        }

        if (PerMinute < 1)
        {
            throw new ConsoleSettingsException($"{Section}:PerMinute must be 1 at least.");
        }
    }

    /// <summary>Without the secret.</summary>
    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(MaxBytes)} = {MaxBytes}, {nameof(PerMinute)} = {PerMinute}");
        return true;
    }
}
