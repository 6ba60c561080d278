namespace Deprovisioner.Contracts;

/// <summary>The names on the bus that others build on.</summary>
public static class Transport
{
    /// <summary>Durable fanout exchange to which HR systems publish.</summary>
    public const string HrEventsExchange = "hr.events";

    /// <summary>The queue bound to it.</summary>
    public const string HrEventsQueue = "deprovisioner.hr-events";

    /// <summary>Where ordinary events wait when more come than can be taken in, so that no urgent one stands behind them.</summary>
    public const string HrEventsBacklogQueue = "deprovisioner.hr-events.backlog";

    /// <summary>The queue on which connector hosts report.</summary>
    public const string ReportsQueue = "deprovisioner.step-reports";

    /// <summary>Durable fanout exchange for what the product publishes.</summary>
    public const string EventsExchange = "deprovisioner.events";

    /// <summary>The queue of one system's commands. Configured names are limited to lower-case letters, digits and dashes.</summary>
    public static string CommandQueue(SystemName system) => $"deprovisioner.system.{system.Value}";

    /// <summary>
    /// The queue of requests for one system's account lists, and for checks of it. One of its own, so that neither stands before a leaver's step; and read by one host at a time, since a cursor is good only where it was given.
    /// </summary>
    public static string ListQueue(SystemName system) => $"{CommandQueue(system)}.lists";
}
