using Deprovisioner.Connectors.Conforming;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Conformance;

/// <summary>What a connector's tests give to <see cref="ConnectorConformance"/>: the connector and its server.</summary>
internal abstract class ConformanceTarget : IAsyncDisposable
{
    /// <summary>The secret that <see cref="WithRefusedCredential"/> uses; no report may show it.</summary>
    public const string RefusedSecret = "refused-secret-of-the-test";

    public abstract IConnectorKind Kind { get; }

    /// <summary>A system with a good credential. Its match has a value (any key of the facts); values may be plain, no references needed.</summary>
    public abstract SystemSettings Settings { get; }

    /// <summary>The same server with a credential that it refuses: <see cref="RefusedSecret"/> as the secret.</summary>
    public abstract SystemSettings WithRefusedCredential { get; }

    /// <summary>The same with an address where nobody listens (<c>LoopbackPort.Free()</c>).</summary>
    public abstract SystemSettings Unreachable { get; }

    /// <summary>A setting with a value that the connector cannot use and that holds <see cref="RefusedSecret"/>.</summary>
    public abstract (SystemSettings Settings, string Key) Misconfigured { get; }

    /// <summary>The match value of an account that always exists and that no test touches.</summary>
    public abstract string Canary { get; }

    /// <summary>False: the system has no list of its accounts.</summary>
    public virtual bool Lists => true;

    /// <summary>For what is to hold whatever the action is.</summary>
    public StepAction AnyAction => ConformanceTrial.AnyAction(Kind.Description);

    /// <summary>Facts that steps need beside the match value (who takes over data).</summary>
    public virtual IReadOnlyDictionary<string, string> Facts => new Dictionary<string, string>();

    /// <summary>What an action comes to on an account on which it was done.</summary>
    public Outcome Again(StepAction action) => ConformanceTrial.Again(Kind, action);

    /// <summary>Called once before a test uses the target: start or fill the server where that has not been done.</summary>
    public virtual Task StartAsync() => Task.CompletedTask;

    /// <summary>
    /// Creates an account, under a new name each time, that can sign in and for which the action has something to do (a session for
    /// <c>revoke-sessions</c>, a group for <c>remove-entitlements</c>), and gives its match value.
    /// For <c>restore-account</c> an ordinary account with an entitlement: the tests disable and strip it by the connector's own means first.
    /// </summary>
    public abstract Task<string> NewAccountAsync(StepAction action);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
