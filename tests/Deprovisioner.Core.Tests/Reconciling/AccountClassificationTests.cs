using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Reconciling;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Reconciling;

public sealed class AccountClassificationTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly SystemName Crm = new("crm");
    private static readonly SagaId Saga = new(Guid.Parse("018f0000-0000-7000-8000-000000000001"));

    [Fact]
    public void An_enabled_account_that_matches_nobody_is_an_orphan() => Assert.Equal(AccountStanding.Orphan, Of(Account()).Standing);

    [Fact]
    public void A_disabled_account_that_matches_nobody_is_only_counted() => Assert.Equal(AccountStanding.Disabled, Of(Account(enabled: false)).Standing);

    [Fact]
    public void The_account_of_somebody_who_works_here_is_accounted_for()
    {
        Assert.Equal(AccountStanding.AccountedFor, Of(Account(), matches: [Working("p1")]).Standing);
        Assert.Equal(AccountStanding.AccountedFor, Of(Account(), known: [Working("p1")]).Standing);
        Assert.Equal(AccountStanding.AccountedFor, Of(Account(), matches: [Working("p1") with { HasKnownAccounts = true }]).Standing);
    }

    [Fact]
    public void Who_leaves_later_or_begins_later_has_not_left()
    {
        Assert.Equal(AccountStanding.AccountedFor, Of(Account(), matches: [Person("p1", from: null, until: Now.AddSeconds(1))]).Standing);
        Assert.Equal(AccountStanding.AccountedFor, Of(Account(), matches: [Person("p1", from: Now.AddDays(30), until: null)]).Standing);
    }

    [Fact]
    public void Who_ended_one_contract_and_works_under_another_has_not_left()
    {
        var both = new RegisteredPerson(Left("p1").Person with { Employments = [.. Left("p1").Person.Employments, .. Working("p1", "E2").Person.Employments] });
        Assert.Equal(AccountStanding.AccountedFor, Of(Account(), matches: [both]).Standing);
    }

    [Fact]
    public void A_gap_that_is_bridged_is_no_leaving()
    {
        var gap = new RegisteredPerson(new PersonRecord
        {
            Id = new PersonId("p1"),
            Employments = [Employment("E1", null, Now.AddHours(-10)), Employment("E2", Now.AddHours(10), null)],
        });
        Assert.Equal(AccountStanding.AccountedFor, Of(Account(), matches: [gap]).Standing);
    }

    [Fact]
    public void The_disabled_account_of_a_leaver_is_as_it_should_be()
        => Assert.Equal(AccountStanding.AccountedFor, Of(Account(enabled: false), known: [Left("p1")]).Standing);

    [Fact]
    public void An_enabled_account_of_a_leaver_tells_the_person_the_saga_and_the_command_to_use_next()
    {
        var never = Of(Account(), matches: [Left("p1")]);
        Assert.Equal((AccountStanding.LeaverActive, "p1", (SagaId?)null), (never.Standing, never.PersonId!.Value.Value, never.SagaId));
        Assert.Contains("No leaver saga was ever planned", never.Detail, StringComparison.Ordinal);
        Assert.Equal("deprovisioner people show p1", never.Next);

        var again = Of(Account(), known: [Left("p1") with { Cut = new LeaverCut(Saga, SagaStatus.Completed, Now.AddDays(-1)) }]);
        Assert.Equal((AccountStanding.LeaverActive, (SagaId?)Saga), (again.Standing, again.SagaId));
        Assert.Contains("was disabled at 2026-11-20 12:00:00Z, and is enabled again", again.Detail, StringComparison.Ordinal);
        Assert.Equal($"deprovisioner sagas show {Saga}", again.Next);

        var failed = Of(Account(), known: [Left("p1") with { Cut = new LeaverCut(Saga, SagaStatus.NeedsAttention, null) }]);
        Assert.Contains("is needs-attention, and has not disabled it here", failed.Detail, StringComparison.Ordinal);
        Assert.Equal($"deprovisioner replay {Saga}", failed.Next);
    }

    [Fact]
    public void Whoever_it_is_cannot_be_said_where_two_people_match()
    {
        Assert.Equal(AccountStanding.Unknown, Of(Account(), matches: [Left("p1"), Working("p2")]).Standing);
        Assert.Equal(AccountStanding.Unknown, Of(Account(), matches: [Working("p1"), Working("p2")]).Standing);
        Assert.Equal(AccountStanding.Unknown, Of(Account(), known: [Left("p1"), Working("p2")]).Standing);
    }

    [Fact]
    public void An_account_known_by_its_id_is_its_owners_though_others_have_the_same_address()
        => Assert.Equal(AccountStanding.LeaverActive, Of(Account(), known: [Left("p1")], matches: [Left("p1"), Working("p2")]).Standing);

    [Fact]
    public void An_account_known_as_one_persons_and_found_by_anothers_name_is_unknown()
    {
        var handedOn = Of(Account(), known: [Left("p1")], matches: [Working("p2")]);
        Assert.Equal((AccountStanding.Unknown, (PersonId?)null), (handedOn.Standing, handedOn.PersonId));
        Assert.Contains("handed on", handedOn.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_leavers_name_on_another_account_than_the_known_one_is_unknown()
        => Assert.Equal(AccountStanding.Unknown, Of(Account(), matches: [Left("p1") with { HasKnownAccounts = true }]).Standing);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void An_account_without_a_match_value_is_unknown_unless_its_id_is_known(string? value)
    {
        Assert.Equal(AccountStanding.Unknown, Of(Account(value: value)).Standing);
        Assert.Equal(AccountStanding.Disabled, Of(Account(value: value, enabled: false)).Standing);
        Assert.Equal(AccountStanding.AccountedFor, Of(Account(value: value), known: [Working("p1")]).Standing);
    }

    [Fact]
    public void Canary_and_protected_accounts_are_no_findings_whoever_matches()
    {
        Assert.Equal(AccountStanding.Canary, Of(Account(value: "CANARY@example.test")).Standing);
        Assert.Equal(AccountStanding.Canary, Of(Account(value: "canary@example.test"), matches: [Left("p1")]).Standing);
        Assert.Equal(AccountStanding.Protected, Of(Account() with { Protected = true }, matches: [Left("p1")]).Standing);
        Assert.Equal(AccountStanding.Protected, Of(Account() with { Name = "svc-backup" }).Standing);
        Assert.Equal(AccountStanding.Protected, Of(Account() with { AccountId = "svc-7" }).Standing);
        Assert.Equal(AccountStanding.Protected, Of(Account(value: "svc-mail@example.test")).Standing);
    }

    /// <summary>Every combination of up to two owners of each kind, enabled or not, with or without a value: nobody is named who is not the only one it can be.</summary>
    [Fact]
    public void Nobody_is_named_in_any_combination_unless_they_left_and_nobody_else_can_be_meant()
    {
        RegisteredPerson[] people = [Working("p1"), Left("p1"), Left("p2"), Working("p3"), Left("p3") with { HasKnownAccounts = true }];
        var sets = people.Select(p => new[] { p }).Concat(people.SelectMany(a => people.Where(b => b.Id != a.Id).Select(b => new[] { a, b }))).Prepend([]).ToList();
        var walked = 0;
        foreach (var known in sets)
        {
            foreach (var matches in sets.Where(set => set.All(m => known.All(k => k.Id != m.Id || k == m))))
            {
                foreach (var account in new[] { Account(), Account(enabled: false), Account(value: null), Account(value: null, enabled: false) })
                {
                    walked++;
                    var result = Of(account, known, matches);
                    Assert.Equal(result.IsFinding, result.Detail is not null);
                    if (!account.Enabled)
                    {
                        Assert.False(result.IsFinding);
                    }

                    if (result.PersonId is { } named)
                    {
                        var speaking = known.Length > 0 ? known : matches;
                        Assert.Equal(named, Assert.Single(speaking).Id);
                        Assert.All(speaking, p => Assert.NotNull(p.Person.Employments[0].EndsAt));
                        Assert.True(matches.Length == 0 || matches.Any(m => m.Id == named));
                    }

                    if (result.Standing is AccountStanding.Orphan)
                    {
                        Assert.Empty(known.Concat(matches));
                    }
                }
            }
        }

        Assert.True(walked > 1000, $"{walked} combinations");
    }

    private static ReconciledAccount Of(AccountListing account, RegisteredPerson[]? known = null, RegisteredPerson[]? matches = null)
        => AccountClassification.Of(
            account, new AccountOwners(known ?? [], matches ?? []),
            new ReconciliationTerms(Crm, "canary@example.test", new ProtectedEntries([], new Dictionary<string, IReadOnlyList<string>> { ["crm"] = ["svc-*"] }), TimeSpan.FromHours(72)), Now);

    private static AccountListing Account(bool enabled = true, string? value = "ada@example.test") => new("u-1", "ada", enabled, value);

    private static RegisteredPerson Working(string id, string employment = "E1") => Person(id, null, null, employment);

    private static RegisteredPerson Left(string id) => Person(id, null, Now.AddDays(-30));

    private static RegisteredPerson Person(string id, DateTimeOffset? from, DateTimeOffset? until, string employment = "E1")
        => new(new PersonRecord { Id = new PersonId(id), Employments = [Employment(employment, from, until)] });

    private static Employment Employment(string id, DateTimeOffset? from, DateTimeOffset? until)
        => new() { Id = new EmploymentId(id), PersonId = new PersonId("p1"), StartsAt = from, EndsAt = until, Version = 1 };
}
