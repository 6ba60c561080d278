using Deprovisioner.Connectors.Rest;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Rest;

/// <summary>An entry of the shipped catalogue, and its product on this machine.</summary>
/// <param name="connector">What the entry is called.</param>
/// <param name="url">Where the product answers.</param>
/// <param name="secret">What it lets in.</param>
internal abstract class ShippedTarget(string connector, string url, string secret) : ConformanceTarget
{
    private static int last;

    public override IConnectorKind Kind { get; } = DeclaredKinds.Shipped.Single(k => k.Description.Connector == connector);

    public override SystemSettings Settings => With(url, secret);

    public override SystemSettings WithRefusedCredential => With(url, RefusedSecret);

    public override SystemSettings Unreachable => With($"http://127.0.0.1:{LoopbackPort.Free()}{new Uri(url).AbsolutePath.TrimEnd('/')}", secret);

    public override (SystemSettings Settings, string Key) Misconfigured => (With($"ftp://{RefusedSecret}", secret), "url");

    /// <summary>A name that nobody has.</summary>
    public static string NewName() => $"leaver-{Interlocked.Increment(ref last)}";

    protected virtual AccountMatch Match => new(null, "person.userName");

    /// <summary>The entry's settings.</summary>
    protected virtual IReadOnlyDictionary<string, string> Values(string url, string secret) => new Dictionary<string, string> { ["url"] = url, ["token"] = secret };

    private SystemSettings With(string url, string secret) => new() { Name = new SystemName("of-the-test"), Connector = connector, Values = Values(url, secret), Match = Match };
}
