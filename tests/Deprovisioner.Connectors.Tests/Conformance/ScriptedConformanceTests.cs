using System.Globalization;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Conformance;

/// <summary>The conformance tests themselves, over a system that cannot be at fault.</summary>
public sealed class ScriptedConformanceTests : ConnectorConformance
{
    internal override ConformanceTarget Target => new ScriptedTarget();

    private sealed class ScriptedTarget : ConformanceTarget
    {
        private readonly ScriptedSystem system = new();
        private int last;

        public ScriptedTarget() => system.Add("canary");

        public override IConnectorKind Kind => system;

        public override SystemSettings Settings => Values();

        public override SystemSettings WithRefusedCredential => Values(("secret", RefusedSecret));

        public override SystemSettings Unreachable => Values(("reachable", "no"));

        public override (SystemSettings Settings, string Key) Misconfigured => (Values(("secret", $"unusable {RefusedSecret}")), "secret");

        public override string Canary => "canary";

        public override Task<string> NewAccountAsync(StepAction action)
        {
            var name = $"account-{(++last).ToString(CultureInfo.InvariantCulture)}";
            system.Add(name);
            return Task.FromResult(name);
        }

        private static SystemSettings Values(params (string Key, string Value)[] values) => new()
        {
            Name = new SystemName("memory"),
            Connector = "scripted",
            Values = values.ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal),
            Match = new AccountMatch("name", "person.userName"),
        };
    }
}
