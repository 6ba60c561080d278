using Deprovisioner.Connectors.AwsIam;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Conforming;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.AwsIam;

/// <summary>What is sent, above all that nothing is sent which would be about somebody else.</summary>
public sealed class IamRequestTests
{
    private static readonly AwsService Iam = new("iam", "2010-05-08", new Uri("https://iam.amazonaws.com"));

    [Fact]
    public void A_deletion_names_its_user_and_its_thing()
    {
        var ada = IamName.Of("ada@example.test")!;

        Assert.Equal("Action=DeleteUser&Version=2010-05-08&UserName=ada%40example.test", IamRequest.Changing("DeleteUser", ada).BodyFor(Iam));
        Assert.Equal("Action=DeleteLoginProfile&Version=2010-05-08&UserName=ada%40example.test", IamRequest.Changing("DeleteLoginProfile", ada).BodyFor(Iam));
        Assert.Equal(
            "Action=DeleteAccessKey&Version=2010-05-08&UserName=ada%40example.test&AccessKeyId=AKIA1",
            new IamKey(KeyKind.AccessKey, "AKIA1", true).Delete(ada).BodyFor(Iam));
        Assert.Equal(
            "Action=UpdateSSHPublicKey&Version=2010-05-08&UserName=ada%40example.test&SSHPublicKeyId=APKA1&Status=Inactive",
            new IamKey(KeyKind.All[2], "APKA1", true).Set(ada, active: false).BodyFor(Iam));
    }

    [Fact]
    public void What_no_user_can_be_called_is_no_name()
    {
        Assert.All(NastyNames.All, name => Assert.Null(IamName.Of(name)));
        Assert.All(new[] { "", " ada", "ada ", "ada\n", "ädä", "a&UserName=b", "a/b", new string('n', 129) }, name => Assert.Null(IamName.Of(name)));
        Assert.All(new[] { "ada", "a_+=,.@-9", new string('n', 128) }, name => Assert.NotNull(IamName.Of(name)));
    }

    [Fact]
    public void A_parameter_without_a_value_is_never_sent()
    {
        var fault = Assert.Throws<SystemFaultException>(() => new IamKey(KeyKind.AccessKey, "", true).Delete(IamName.Of("ada")!)).Fault;

        Assert.Equal((Outcome.Rejected, "empty-parameter"), (fault.Outcome, fault.Code));
    }

    [Theory]
    [InlineData("""{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}""", true, true)]
    [InlineData("""{"Statement":[{"Effect":"Deny","Action":["s3:*","*"],"Resource":["*"]}]}""", true, true)]
    [InlineData("""{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"},{"Effect":"Allow","Action":"*","Resource":"*"}]}""", true, false)]
    [InlineData("""{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}]}""", false, true)]
    [InlineData("""{"Statement":[{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}]}""", false, true)]
    [InlineData("""{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""", false, false)]
    [InlineData("""{"Statement":[]}""", false, false)]
    [InlineData("""{"Statement":"*"}""", false, false)]
    [InlineData("not JSON", false, false)]
    public void A_policy_is_read_for_what_it_denies(string json, bool deniesAll, bool onlyDenies)
    {
        var policy = new PolicyDocument("any", json);

        Assert.Equal((deniesAll, onlyDenies, null), (policy.DeniesAll, policy.OnlyDenies, policy.SessionsDeniedBefore));
    }

    [Fact]
    public void Our_own_policies_say_what_they_are_and_since_when_and_fit_into_what_a_user_may_have()
    {
        var at = new DateTimeOffset(2026, 11, 21, 16, 0, 5, TimeSpan.Zero);
        var (all, older) = (PolicyDocument.DenyAll(at), PolicyDocument.OlderSessions(at));

        Assert.Equal((true, true, at), (all.DeniesAll, all.OnlyDenies, all.DeniedSince));
        Assert.Equal((false, true, at), (older.DeniesAll, older.OnlyDenies, older.SessionsDeniedBefore));

        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: 2,048 characters for all inline policies of a user.
        Assert.True(all.Json.Length + older.Json.Length < 400);
    }
}
