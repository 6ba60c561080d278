using System.Globalization;

namespace Deprovisioner.Core.Audit;

/// <summary>Instants as the audit writes them: RFC 3339, UTC, microseconds (PostgreSQL keeps no finer).</summary>
public static class AuditTime
{
    public const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public static string Of(DateTimeOffset at) => at.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
}
