namespace Deprovisioner.Contracts;

/// <summary>The <c>type</c> of each HR event (CloudEvents 1.0, section "type").</summary>
public static class HrEventTypes
{
    public const string Hired = "hr.employment.hired.v1";
    public const string Transferred = "hr.employment.transferred.v1";
    public const string Terminated = "hr.employment.terminated.v1";
    public const string TerminationRescinded = "hr.employment.termination-rescinded.v1";
    public const string LeaveStarted = "hr.employment.leave-started.v1";
    public const string LeaveEnded = "hr.employment.leave-ended.v1";
    public const string Changed = "hr.employment.changed.v1";

    public static readonly IReadOnlyList<string> All = [Hired, Transferred, Terminated, TerminationRescinded, LeaveStarted, LeaveEnded, Changed];
}
