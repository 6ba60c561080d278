using Deprovisioner.Connectors.Redis;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using StackExchange.Redis;

namespace Deprovisioner.Connectors.Tests.Redis;

/// <summary>What no server here says by itself.</summary>
public sealed class RedisFormsTests
{
    /// <summary>https://redis.io/docs/latest/commands/acl-getuser/, history</summary>
    [Fact]
    public void A_user_is_read_as_version_6_writes_it()
    {
        var user = AclUser.Parse(RedisResult.Create(
        [
            Text("flags"), List("on", "allchannels", "nopass"), Text("passwords"), List("c0ffee", "decaf"), Text("commands"), Text("-@all +@read -get"),
            Text("keys"), List("app:*", "a b"), Text("channels"), List("*"),
        ]));

        Assert.True(user is { On: true, Credentials: 3 });
        Assert.Equal(["+@read", "~app:*", "~a b", "&*"], user.Rules.Allowing);
    }

    [Theory]
    [InlineData("NOPERM this user has no permissions", Outcome.Unauthorized, "redis-noperm")]
    [InlineData("WRONGPASS invalid username-password pair", Outcome.Unauthorized, "redis-wrongpass")]
    [InlineData("NOAUTH Authentication required.", Outcome.Unauthorized, "redis-noauth")]
    [InlineData("LOADING Redis is loading the dataset in memory", Outcome.Transient, "redis-loading")]
    [InlineData("BUSY Redis is busy running a script", Outcome.Transient, "redis-busy")]
    [InlineData("ERR unknown command 'ACL'", Outcome.Unauthorized, "redis-err")]
    [InlineData("ERR something else", Outcome.Rejected, "redis-err")]
    public void Errors_are_graded_by_their_first_word(string said, Outcome outcome, string code)
        => Assert.Equal(new Fault(outcome, code, $"n: {said}"), RedisFaults.Said(said, "n"));

    [Theory]
    [InlineData("redis.example.test", "redis.example.test:6379")]
    [InlineData("redis.example.test:7000", "redis.example.test:7000")]
    [InlineData("[::1]:7000", "::1:7000")]
    [InlineData("user@host", null)]
    [InlineData("host/path", null)]
    [InlineData("host:port", null)]
    [InlineData("", null)]
    public void A_node_is_an_address_and_nothing_else(string text, string? node)
    {
        var settings = RedisTarget.With([text]);
        if (node is null)
        {
            Assert.Contains("nodes.0", Assert.Throws<SystemFaultException>(() => RedisSettings.Read(settings, new PlainSecrets())).Fault.Message, StringComparison.Ordinal);
        }
        else
        {
            var read = RedisSettings.Read(settings, new PlainSecrets()).Nodes.Single();
            Assert.Equal(node, $"{read.Host}:{read.Port}");
        }
    }

    private static RedisResult Text(string text) => RedisResult.Create((RedisValue)text);

    private static RedisResult List(params string[] texts) => RedisResult.Create([.. texts.Select(Text)]);
}
