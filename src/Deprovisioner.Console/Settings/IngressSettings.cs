using System.Text;
using Deprovisioner.Core.Notifying;

namespace Deprovisioner.Console.Settings;

/// <summary>How HR events are taken in by HTTP.</summary>
internal sealed record IngressSettings
{
    /// <summary>Where it is set, each request must be signed with it beside being signed in (see <see cref="Ingress.EventSignature"/>): <c>whsec_</c> and the Base64 of 24 to 64 bytes.</summary>
    public string? Secret { get; init; }

    /// <summary>What is signed with; null: nothing is asked for.</summary>
    public byte[]? Key => Secret is null ? null : WebhookSignature.Key(Secret);

    /// <summary>Of one request, bytes. 1 kB to 64 MB.</summary>
    public int MaxBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Requests of one sender a minute; more are answered with 429. At least 1.</summary>
    public int PerMinute { get; init; } = 600;

    /// <exception cref="ConsoleSettingsException">Something cannot be.</exception>
    public void Check()
    {
        const string Section = "Deprovisioner:Console:Ingress";
        if (Secret is not null && Key is null)
        {
            throw new ConsoleSettingsException($"{Section}:Secret must be whsec_ and the Base64 of 24 to 64 random bytes, such as: echo \"whsec_$(openssl rand -base64 32)\".");
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
