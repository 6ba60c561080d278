using Deprovisioner.Chaos.Systems;
using Deprovisioner.Chaos.Workers;

namespace Deprovisioner.Chaos.Faults;

/// <summary>What happens to the systems with accounts.</summary>
internal static class SystemFaults
{
    /// <summary>The longest of these lasts as long as some calls in a row.</summary>
    private const double Most = 7;

    public static IReadOnlyList<Fault> OfCrm(Estate estate, Installation product, Tally tally)
    {
        return
        [
            Http("crm down", HttpFault.Down),
            Http("crm slow", HttpFault.Slow),
            Http("crm throttling: 429, Retry-After in seconds", HttpFault.ThrottledForSeconds),
            Http("crm throttling: 429, Retry-After as a date", HttpFault.ThrottledUntilDate),
            Http("crm throttling: 429 without Retry-After", HttpFault.Throttled),
            Http("crm does it, and answers after the time-out", HttpFault.AnswersTooLate),
            Http("crm says 204 and does nothing", HttpFault.DoesNothing),
            Http("crm failing: 500, 502, 503", HttpFault.Failing),
            new Fault("crm refuses the credential: 401", () => Run(() => estate.CrmProxy.Set(HttpFault.Refusing)), Repaired, 1, 3),
        ];

        Fault Http(string name, HttpFault fault) => Fault.Of(name, 1, Most, () => estate.CrmProxy.Set(fault), () => estate.CrmProxy.Set(HttpFault.None));

        // A refused credential is changed by a person, who then says that it was.
        async Task Repaired()
        {
            estate.CrmProxy.Set(HttpFault.None);
            await product.Cli("systems", "resume", "crm", "--why", "the credential was renewed", "--as", "on-call");
            tally.Inject("on-call: systems resume crm");
        }
    }

    public static IReadOnlyList<Fault> OfDirectory(Estate estate) =>
    [
        .. Links("directory", estate.DirectoryLink),
        new("directory frozen", estate.Directory.Freeze, () => Run(estate.Directory.Thaw), 1, Most),
        new("directory restarted", estate.Directory.Stop, estate.Directory.StartAgain, 0, 2),
    ];

    public static IReadOnlyList<Fault> OfWarehouse(Estate estate) =>
    [
        .. Links("warehouse", estate.WarehouseLink),
        new("warehouse restarted (immediate, with recovery)", () => estate.Warehouse.Stop(crash: true), estate.Warehouse.Start, 0, 2),
    ];

    private static IEnumerable<Fault> Links(string system, FaultyLink link)
    {
        Fault Link(string what, LinkFault fault) => Fault.Of($"{system} {what}", 1, Most, () => link.Set(fault), () => link.Set(LinkFault.None));
        yield return Link("down", LinkFault.Down);
        yield return Link("silent", LinkFault.Silent);
        yield return Link("slow", LinkFault.Slow);
        yield return Link("does it, and its answers are lost", LinkFault.AnswersLost);
        yield return Fault.Of($"{system} connections cut", 0, 0, link.Cut, () => { });
    }

    private static Task Run(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
