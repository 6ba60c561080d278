using System.Text.Json;
using Deprovisioner.Connectors.AwsIam;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.AwsIam;

/// <summary>What is particular to IAM. What became of a user is read from the fake itself, which judges policies by its own means.</summary>
public sealed class AwsIamUsersTests : IAsyncLifetime
{
    private FakeIam iam = null!;

    public async Task InitializeAsync() => iam = await FakeIam.StartAsync();

    public async Task DisposeAsync() => await iam.DisposeAsync();

    [Fact]
    public async Task A_disabled_user_may_do_nothing_by_any_way_in_and_comes_back_as_it_was()
    {
        var user = iam.AddFull("ada");
        var active = user.Keys.Where(k => k.Active).ToList();

        var disabled = await RunAsync(StepAction.DisableAccount);

        Assert.Equal((Outcome.Changed, null), Said(disabled));
        Assert.True(user.Denies());
        Assert.True(user.Denies(TimeProvider.System.GetUtcNow()));
        Assert.DoesNotContain(user.Keys, k => k.Active);
        Assert.True(user.Password);
        Assert.InRange(disabled.ResidualUntil!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(11.9), TimeSpan.FromHours(12));

        Assert.Equal((Outcome.Changed, null), Said(await RestoreAsync(disabled.Snapshots)));
        Assert.False(user.Denies());
        Assert.Equal(active, user.Keys.Where(k => k.Active));
        Assert.Equal(["own bucket"], user.Inline.Keys);
    }

    [Fact]
    public async Task A_policy_that_denies_is_no_disable_while_a_key_is_active()
    {
        var user = iam.AddFull("ada");
        await RunAsync(StepAction.DisableAccount);
        user.Keys[0].Active = true;

        Assert.Equal(Outcome.Changed, (await RunAsync(StepAction.DisableAccount)).Outcome);
        Assert.DoesNotContain(user.Keys, k => k.Active);
    }

    [Fact]
    public async Task Temporary_credentials_from_before_are_denied_and_those_of_a_later_sign_in_are_not()
    {
        var user = iam.AddFull("ada");
        var before = TimeProvider.System.GetUtcNow();

        Assert.Equal(Outcome.Changed, (await RunAsync(StepAction.RevokeSessions)).Outcome);

        Assert.True(user.Denies(before));
        Assert.False(user.Denies());
        Assert.False(user.Denies(before.AddMinutes(11)));
        Assert.Equal(Outcome.Already, (await RunAsync(StepAction.RevokeSessions)).Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_signed_in_again_since_has_sessions_again(bool byPassword)
    {
        var user = iam.AddFull("ada");
        await RunAsync(StepAction.RevokeSessions);
        var later = TimeProvider.System.GetUtcNow().AddHours(1);
        user.PasswordLastUsed = byPassword ? later : null;
        user.Keys[0].LastUsed = byPassword ? null : later;
        await using var connector = Open();

        Assert.Equal(1, (await connector.ReadAsync(user.Id, default))!.LiveSessions);
    }

    [Fact]
    public async Task All_credentials_are_deleted_and_the_second_factor_last()
    {
        var user = iam.AddFull("ada");

        Assert.Equal((Outcome.Changed, null), Said(await RunAsync(StepAction.RevokeCredentials)));

        Assert.Equal((false, 0, 0), (user.Password, user.Keys.Count, user.MfaDevices.Count));
        var changes = iam.Asked.Select(a => a.Split(' ')[0]).Where(a => a.StartsWith("De", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            ["DeleteAccessKey", "DeleteAccessKey", "DeleteSigningCertificate", "DeleteSSHPublicKey", "DeleteServiceSpecificCredential", "DeleteLoginProfile", "DeactivateMFADevice", "DeleteVirtualMFADevice", "DeactivateMFADevice"],
            changes);
    }

    [Fact]
    public async Task A_password_that_cannot_be_deleted_keeps_its_second_factor_and_no_other_credential_stays()
    {
        var user = iam.AddFull("ada");
        iam.Before = (action, _) => action == "DeleteLoginProfile" ? new FakeIamError(400, "ValidationError", "not now") : null;

        Assert.Equal((Outcome.Rejected, "iam-ValidationError"), Said(await RunAsync(StepAction.RevokeCredentials)));

        Assert.Equal((true, 0, 2), (user.Password, user.Keys.Count, user.MfaDevices.Count));
    }

    [Fact]
    public async Task What_only_limits_a_user_is_no_entitlement_and_stays()
    {
        var user = iam.AddFull("ada");
        user.Inline["only with mfa"] = """{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":"iam:*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}]}""";
        user.Attached.Add("arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3");

        Assert.Equal((Outcome.Changed, null), Said(await RunAsync(StepAction.RemoveEntitlements)));

        Assert.Empty(user.Groups);
        Assert.Equal(["arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3"], user.Attached);
        Assert.Equal(["only with mfa"], user.Inline.Keys);
        Assert.NotNull(user.Boundary);
    }

    [Fact]
    public async Task A_restore_gives_back_policies_word_for_word_and_joins_no_namesake_of_a_group()
    {
        var user = iam.AddFull("ada");
        var document = user.Inline["own bucket"];
        var removed = await RunAsync(StepAction.RemoveEntitlements);
        iam.Groups["developers"] = iam.NewId("AGPA");

        var restored = await RestoreAsync(removed.Snapshots);

        Assert.Equal((Outcome.Rejected, "entitlement-gone"), Said(restored));
        Assert.Equal(document, user.Inline["own bucket"]);
        Assert.Single(user.Attached);
        Assert.Empty(user.Groups);
    }

    [Fact]
    public async Task What_was_deleted_is_said_at_a_restore()
    {
        iam.AddFull("ada");
        var disabled = await RunAsync(StepAction.DisableAccount);
        await RunAsync(StepAction.RevokeCredentials);

        Assert.Equal((Outcome.Changed, "follow-up"), Said(await RestoreAsync(disabled.Snapshots)));
    }

    [Fact]
    public async Task A_user_is_taken_apart_and_deleted_with_what_denies_last()
    {
        var user = iam.AddFull("ada");
        iam.AddFull("bob");
        await RunAsync(StepAction.DisableAccount);
        await RunAsync(StepAction.RevokeSessions);
        iam.Asked.Clear();

        Assert.Equal((Outcome.Changed, null), Said(await RunAsync(StepAction.DeleteAccount)));

        Assert.False(iam.Users.ContainsKey("ada"));
        Assert.True(iam.Users.ContainsKey("bob"));
        Assert.Equal(["DeleteUserPolicy ada", "DeleteUser ada"], iam.Asked.Where(a => a.StartsWith("Delete", StringComparison.Ordinal)).TakeLast(2));
        Assert.DoesNotContain(iam.Asked, a => a.StartsWith("Delete", StringComparison.Ordinal) && !a.EndsWith(" ada", StringComparison.Ordinal) && a != "DeleteVirtualMFADevice");
        Assert.False(user.Denies());
    }

    [Fact]
    public async Task A_part_that_cannot_be_taken_off_keeps_the_user_denied_and_there()
    {
        var user = iam.AddFull("ada");
        await RunAsync(StepAction.DisableAccount);
        iam.Before = (action, _) => action == "DetachUserPolicy" ? new FakeIamError(400, "ValidationError", "not now") : null;

        Assert.Equal((Outcome.Rejected, "iam-ValidationError"), Said(await RunAsync(StepAction.DeleteAccount)));

        Assert.True(user.Denies());
        Assert.Equal((false, 0, 0, 1), (user.Password, user.Keys.Count, user.Groups.Count, user.Attached.Count));
    }

    [Fact]
    public async Task Something_that_is_added_meanwhile_is_found_by_the_deletion_itself()
    {
        var user = iam.AddFull("ada");
        iam.Before = (action, _) =>
        {
            if (action == "DeleteUser")
            {
                user.Groups.Add("developers");
            }

            return null;
        };

        Assert.Equal((Outcome.Rejected, "iam-DeleteConflict"), Said(await RunAsync(StepAction.DeleteAccount)));
        iam.Before = (_, _) => null;
        Assert.Equal(Outcome.Changed, (await RunAsync(StepAction.DeleteAccount)).Outcome);
    }

    [Fact]
    public async Task A_renamed_user_is_found_by_its_id_and_its_old_name_given_to_another_touches_nobody()
    {
        var ada = iam.AddFull("ada");
        await using var host = Host();
        var known = Command(StepAction.DisableAccount) with { KnownAccountIds = [ada.Id] };
        await using var connector = Open();
        var before = (await connector.ReadAsync(ada.Id, default))!;
        iam.Users.TryRemove("ada", out _);
        ada.Name = "ada.byron";
        iam.Users["ada.byron"] = ada;
        var namesake = iam.AddFull("ada");

        await connector.ActAsync(new ActRequest { Action = StepAction.DisableAccount, Before = before, Facts = known.Facts }, default);

        Assert.True(ada.Denies());
        Assert.False(namesake.Denies());
        iam.Users.TryRemove("ada.byron", out _);
        await connector.ActAsync(new ActRequest { Action = StepAction.DeleteAccount, Before = before, Facts = known.Facts }, default);
        Assert.Equal(Outcome.Ambiguous, (await host.Run(known)).Outcome);
        Assert.True(iam.Users.ContainsKey("ada"));
        Assert.False(namesake.Denies());
    }

    [Fact]
    public async Task A_user_that_is_renamed_while_it_is_read_does_not_look_clean()
    {
        var ada = iam.AddFull("ada");
        iam.Before = (action, parameters) =>
        {
            if (action == "ListAccessKeys" && iam.Users.TryRemove("ada", out _))
            {
                ada.Name = "ada.byron";
                iam.Users["ada.byron"] = ada;
            }

            return null;
        };
        await using var connector = Open();

        var fault = (await Assert.ThrowsAsync<SystemFaultException>(() => connector.ReadAsync(ada.Id, default))).Fault;

        Assert.Equal((Outcome.Transient, "changed-meanwhile"), (fault.Outcome, fault.Code));
        Assert.Equal("ada.byron", (await connector.ReadAsync(ada.Id, default))!.Account.Name);
    }

    [Fact]
    public async Task Our_own_user_is_never_touched()
    {
        foreach (var action in new AwsIamKind().Description.Actions.Except([StepAction.RestoreAccount]))
        {
            Assert.Equal((Outcome.Rejected, "protected"), Said(await RunAsync(action, FakeIam.OwnName)));
        }
    }

    [Fact]
    public async Task A_users_tag_finds_it_through_all_pages_and_two_of_one_value_are_two()
    {
        iam.PageSize = 2;
        for (var i = 0; i < 7; i++)
        {
            iam.AddFull($"user-{i}");
        }

        var settings = AwsIamTarget.With(iam.Url) with { Match = new AccountMatch("tag:email", "person.email") };
        await using var connector = new AwsIamKind().Open(settings, new PlainSecrets(), TimeProvider.System);

        Assert.Equal("user-6", Assert.Single(await connector.FindAsync("user-6@example.test", default)).Name);
        Assert.Empty(await connector.FindAsync("USER-6@example.test", default));
        Assert.Empty(await connector.FindAsync("", default));
        iam.Add("namesake").Tags["email"] = "user-6@example.test";
        Assert.Equal(2, (await connector.FindAsync("user-6@example.test", default)).Count);
    }

    [Fact]
    public async Task Lists_of_more_than_a_page_are_read_to_their_end()
    {
        iam.PageSize = 1;
        var user = iam.AddFull("ada");
        await using var connector = Open();

        var state = (await connector.ReadAsync(user.Id, default))!;

        Assert.Equal((6, 3), (state.Credentials, state.Entitlements.Count));
        Assert.Equal(Outcome.Changed, (await RunAsync(StepAction.DeleteAccount)).Outcome);
    }

    [Theory]
    [InlineData("GetUser")]
    [InlineData("ListUsers")]
    [InlineData("ListAccessKeys")]
    [InlineData("GetLoginProfile")]
    [InlineData("ListGroupsForUser")]
    [InlineData("ListUserPolicies")]
    [InlineData("GetUserPolicy")]
    [InlineData("ListServiceSpecificCredentials")]
    public async Task A_right_that_lacks_makes_no_user_absent_or_clean(string action)
    {
        iam.AddFull("ada");
        iam.Forbidden.Add(action);
        await using var host = Host();
        var command = action == "ListUsers" ? Command(StepAction.DisableAccount) with { KnownAccountIds = ["AIDA0000000000009999"] } : Command(StepAction.DisableAccount);

        Assert.Equal((Outcome.Unauthorized, "iam-AccessDenied"), Said(await host.Run(command)));
        if (action != "GetUser")
        {
            Assert.Contains((await host.Check()).Findings, f => f is { Subject: "users readable", Ok: false } && f.Remedy!.Contains($"iam:{action}", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_check_names_each_right_that_lacks()
    {
        iam.Forbidden.Add("DeleteSSHPublicKey");
        await using var host = Host();

        var wrong = Assert.Single((await host.Check()).Findings, f => !f.Ok);

        Assert.Equal(("may revoke credentials", "Allow iam:DeleteSSHPublicKey to arn:aws:iam::123456789012:user/deprovisioner."), (wrong.Subject, wrong.Remedy));
    }

    [Fact]
    public async Task Another_region_is_signed_for()
    {
        iam.Region = "us-gov-west-1";
        iam.Add("ada");
        await using var connector = new AwsIamKind().Open(AwsIamTarget.With(iam.Url, ("region", "us-gov-west-1")), new PlainSecrets(), TimeProvider.System);

        Assert.Single(await connector.FindAsync("ada", default));
        await using var other = Open();
        Assert.Equal("iam-SignatureDoesNotMatch", (await Assert.ThrowsAsync<SystemFaultException>(() => other.FindAsync("ada", default))).Fault.Code);
    }

    [Fact]
    public async Task A_clock_that_is_off_is_told_as_such()
    {
        await using var connector = new AwsIamKind().Open(AwsIamTarget.With(iam.Url), new PlainSecrets(), new SetClock(TimeProvider.System.GetUtcNow().AddMinutes(-30)));

        var fault = (await Assert.ThrowsAsync<SystemFaultException>(() => connector.FindAsync("ada", default))).Fault;

        Assert.Equal((Outcome.Unauthorized, "iam-SignatureDoesNotMatch"), (fault.Outcome, fault.Code));
        Assert.Contains("30 min behind", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>Sign in to the network</html>")]
    [InlineData("""<!DOCTYPE r [<!ENTITY e "ada">]><GetUserResponse><GetUserResult><User><UserName>&e;</UserName><UserId>AIDA0000000000000099</UserId></User></GetUserResult></GetUserResponse>""")]
    [InlineData("<GetUserResponse/>")]
    [InlineData("<GetUserResponse><GetUserResult/></GetUserResponse>")]
    [InlineData("<GetUserResponse><GetUserResult><User><UserName>bob</UserName><UserId>AIDA0000000000000099</UserId></User></GetUserResult></GetUserResponse>")]
    [InlineData("")]
    public async Task What_is_no_answer_of_IAM_is_none(string body)
    {
        iam.Before = (_, _) => new FakeIamError(200) { Raw = body };
        await using var connector = Open();

        var fault = (await Assert.ThrowsAsync<SystemFaultException>(() => connector.FindAsync("ada", default))).Fault;

        Assert.Equal((Outcome.Transient, "not-iam"), (fault.Outcome, fault.Code));
    }

    [Fact]
    public async Task A_list_that_is_missing_is_not_an_empty_one()
    {
        var user = iam.AddFull("ada");
        iam.Before = (action, _) => action == "ListAccessKeys" ? new FakeIamError(200) { Raw = "<ListAccessKeysResponse><ListAccessKeysResult/></ListAccessKeysResponse>" } : null;
        await using var connector = Open();

        Assert.Equal("not-iam", (await Assert.ThrowsAsync<SystemFaultException>(() => connector.ReadAsync(user.Id, default))).Fault.Code);
    }

    [Fact]
    public async Task A_change_without_an_answer_may_have_been_done_and_a_read_is_only_tried_again()
    {
        var user = iam.AddFull("ada");
        await using var connector = Open();
        var before = (await connector.ReadAsync(user.Id, default))!;
        iam.Before = (action, _) => action == "PutUserPolicy" ? new FakeIamError(0) : null;
        var changed = (await Assert.ThrowsAsync<SystemFaultException>(() => connector.ActAsync(new ActRequest { Action = StepAction.DisableAccount, Before = before, Facts = new Dictionary<string, string>() }, default))).Fault;
        iam.Before = (_, _) => new FakeIamError(0);
        var read = (await Assert.ThrowsAsync<SystemFaultException>(() => connector.ReadAsync(user.Id, default))).Fault;

        Assert.Equal((Outcome.Indeterminate, Fault.NoAnswer), (changed.Outcome, changed.Code));
        Assert.Equal(Outcome.Transient, read.Outcome);
    }

    [Fact]
    public async Task Neither_secrets_nor_tokens_are_in_a_report()
    {
        iam.AddFull("ada");
        iam.Before = (action, _) => action == "PutUserPolicy" ? new FakeIamError(400, "ValidationError", $"You sent {FakeIam.Secret}") : null;

        var text = JsonSerializer.Serialize(await RunAsync(StepAction.DisableAccount));

        Assert.Contains("You sent [redacted]", text, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeIam.Secret, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("endpoint", "http://iam.example.test")]
    [InlineData("endpoint", "https://iam.example.test/path")]
    [InlineData("stsEndpoint", "http://sts.example.test")]
    [InlineData("roleArn", "Deprovisioner")]
    [InlineData("roleArn", "arn:aws:iam::123456789012:user/ada")]
    [InlineData("accessKeyId", "AKIA\nX-Injected: yes")]
    [InlineData("sessionToken", "two words")]
    [InlineData("region", "us east")]
    public void A_setting_that_cannot_be_used_is_named(string key, string value)
    {
        var fault = Assert.Throws<SystemFaultException>(() => new AwsIamKind().Open(AwsIamTarget.With(iam.Url, (key, value)), new PlainSecrets(), TimeProvider.System)).Fault;

        Assert.Equal((Outcome.Unauthorized, Fault.Misconfigured), (fault.Outcome, fault.Code));
        Assert.Contains(key, fault.Message, StringComparison.Ordinal);
    }

    private static (Outcome Outcome, string? Code) Said(StepReport report) => (report.Outcome, report.Code);

    private ConformanceHost Host() => new(new AwsIamKind(), AwsIamTarget.With(iam.Url));

    private IConnector Open() => new AwsIamKind().Open(AwsIamTarget.With(iam.Url), new PlainSecrets(), TimeProvider.System);

    private StepCommand Command(StepAction action, string name = "ada") => ConformanceHost.Command(AwsIamTarget.With(iam.Url), action, name);

    private async Task<StepReport> RunAsync(StepAction action, string name = "ada")
    {
        await using var host = Host();
        return await host.Run(Command(action, name));
    }

    private async Task<StepReport> RestoreAsync(IReadOnlyList<AccountSnapshot> snapshots)
    {
        await using var host = Host();
        return await host.Run(Command(StepAction.RestoreAccount) with { Snapshots = snapshots });
    }
}
