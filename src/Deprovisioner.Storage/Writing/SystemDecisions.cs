using System.Text.Json.Nodes;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Systems;

namespace Deprovisioner.Storage.Writing;

/// <summary>What reports and people mean for a system's gate.</summary>
internal sealed class SystemDecisions(Work work)
{
    /// <summary>What a report that counts says of its system.</summary>
    public void After(SystemName name, StepReport report)
    {
        if (!work.Systems.TryGetValue(name.Value, out var before))
        {
            return;
        }

        var after = SystemGate.After(before, report, work.Now);
        if (after == before)
        {
            return;
        }

        Move(before, after);
        if (after.Gate != before.Gate)
        {
            work.InstallationAudit.Add(new AuditEntry("system-gate-moved", new JsonObject
            {
                ["system"] = name.Value,
                ["from"] = EnumText.Of(before.Gate),
                ["to"] = EnumText.Of(after.Gate),
                ["code"] = report.Code,
            }));
        }
    }

    /// <summary>A person pauses a system, opens it again, or has it looked at.</summary>
    public FactAnswer Decide(OperatorAct act, string name)
    {
        if (!work.Systems.TryGetValue(name, out var before))
        {
            return new FactAnswer("refused", $"No system is called {name}.");
        }

        switch (act.Kind)
        {
            case "pause":
                Move(before, before with { Pause = new SystemPause(act.Who, act.Why, work.Now) });
                work.InstallationAudit.Add(new AuditEntry("system-paused", By(act, name)));
                return new FactAnswer("done", $"{name} is paused.");
            case "resume":
                Move(before, SystemGate.Resume(before));
                work.GuardWork.ResumedSystems.Add(name);
                work.InstallationAudit.Add(new AuditEntry("system-resumed", By(act, name)));
                return new FactAnswer("done", $"{name} is open.");
            case SystemCheckWork.Kind:
                return work.SystemChecks.Ask(work, act, name);
            default:
                return new FactAnswer("refused", $"'{act.Kind}' is no act on a system.");
        }
    }

    private void Move(SystemState before, SystemState after)
    {
        work.Systems[after.System.Value] = after;
        work.ChangedSystems.Add(after.System.Value);
        work.MovedSystems.Add((before, after));
        if (SystemGate.Recovered(before, after) || (before.Pause is not null && after.Pause is null))
        {
            work.RecoveredSystems.Add(after.System.Value);
        }
    }

    private static JsonObject By(OperatorAct act, string system) => new() { ["system"] = system, ["who"] = act.Who, ["why"] = act.Why };
}
