using Deprovisioner.Connectors.AwsIam;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.AwsIam;

/// <summary>Users with something of everything, in an account of their own for each test.</summary>
internal sealed class AwsIamTarget : ConformanceTarget
{
    private FakeIam iam = null!;
    private int last;

    public override IConnectorKind Kind { get; } = new AwsIamKind();

    public override SystemSettings Settings => With(iam.Url);

    public override SystemSettings WithRefusedCredential => With(iam.Url, ("secretAccessKey", RefusedSecret));

    public override SystemSettings Unreachable => With($"http://127.0.0.1:{LoopbackPort.Free()}");

    public override (SystemSettings Settings, string Key) Misconfigured => (With($"http://{RefusedSecret}.example.test"), "endpoint");

    public override string Canary => "canary";

    public static SystemSettings With(string endpoint, params (string Key, string Value)[] values)
    {
        var all = new Dictionary<string, string> { ["endpoint"] = endpoint, ["accessKeyId"] = FakeIam.KeyId, ["secretAccessKey"] = FakeIam.Secret };
        foreach (var (key, value) in values)
        {
            all[key] = value;
        }

        return new SystemSettings { Name = new SystemName("aws"), Connector = "aws-iam", Values = all, Match = new AccountMatch(null, "person.userName") };
    }

    public override async Task StartAsync()
    {
        iam = await FakeIam.StartAsync();
        iam.Add(Canary);
    }

    public override Task<string> NewAccountAsync(StepAction action)
    {
        var name = $"leaver-{Interlocked.Increment(ref last)}";
        iam.AddFull(name);
        return Task.FromResult(name);
    }

    public override async ValueTask DisposeAsync()
    {
        if (iam is not null)
        {
            await iam.DisposeAsync();
        }

        await base.DisposeAsync();
    }
}
