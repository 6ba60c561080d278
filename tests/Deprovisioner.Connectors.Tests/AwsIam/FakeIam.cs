using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Connectors.Tests.AwsIam;

/// <summary>
/// An IAM that follows the published reference (https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html), since the real one runs nowhere else: names of
/// actions, parameters, elements and errors, which of them are required, who is meant where no user is named, and what stands in the way of a deletion.
/// Checks each signature by itself. Gives the credential of a role too, as STS does (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
/// </summary>
internal sealed partial class FakeIam : IAsyncDisposable
{
    public const string Account = "123456789012";

    public const string OwnName = "deprovisioner";

    public const string KeyId = "AKIAOWNKEY0000000001";

    public const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    public const string Role = $"arn:aws:iam::{Account}:role/Deprovisioner";

    public const string ExternalId = "external id";

    /// <summary>A temporary key of the role.</summary>
    public const string RoleKeyId = "ASIAROLEKEY000000001";

    public const string RoleToken = "FwoGZXIvYXdzEXAMPLE/token+of==the-role";

    private static readonly XNamespace Ns = "https://iam.amazonaws.com/doc/2010-05-08/";

    private readonly Lock gate = new();
    private readonly WebApplication application;
    private int last;

    private FakeIam()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        application = builder.Build();
        application.Run(AnswerAsync);
        Add(OwnName).Keys.Add(new FakeIamKey("AccessKey", KeyId));
    }

    public ConcurrentDictionary<string, FakeIamUser> Users { get; } = new(StringComparer.Ordinal);

    /// <summary>Id by name.</summary>
    public ConcurrentDictionary<string, string> Groups { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Actions that the credential is not allowed.</summary>
    public HashSet<string> Forbidden { get; } = new(StringComparer.Ordinal);

    /// <summary>Done before an action; an error given instead is answered.</summary>
    public Func<string, IReadOnlyDictionary<string, string>, FakeIamError?> Before { get; set; } = (_, _) => null;

    /// <summary>How many members a page has at most.</summary>
    public int PageSize { get; set; } = 100;

    public string Region { get; set; } = "us-east-1";

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public string Url => application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<FakeIam> StartAsync()
    {
        var iam = new FakeIam();
        await iam.application.StartAsync();
        return iam;
    }

    public FakeIamUser Add(string name)
    {
        var user = new FakeIamUser(NewId("AIDA"), name);
        return Users[name] = user;
    }

    /// <summary>A user with something of everything.</summary>
    public FakeIamUser AddFull(string name)
    {
        var user = Add(name);
        user.Password = true;
        user.Tags["Email"] = $"{name}@example.test";
        user.Boundary = "arn:aws:iam::aws:policy/PowerUserAccess";
        user.Keys.AddRange(
        [
            new FakeIamKey("AccessKey", NewId("AKIA")), new FakeIamKey("AccessKey", NewId("AKIA")) { Active = false }, new FakeIamKey("SigningCertificate", NewId("CERT")),
            new FakeIamKey("SSHPublicKey", NewId("APKA")), new FakeIamKey("ServiceSpecificCredential", NewId("ACCA")),
        ]);
        user.MfaDevices.Add($"arn:aws:iam::{Account}:mfa/{name}");
        user.MfaDevices.Add($"arn:aws:iam::{Account}:u2f/user/{name}/key");
        Groups.TryAdd("developers", NewId("AGPA"));
        user.Groups.Add("developers");
        user.Attached.Add("arn:aws:iam::aws:policy/ReadOnlyAccess");
        user.Inline["own bucket"] = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::own/*+%41"}]}""";
        return user;
    }

    public string NewId(string prefix) => $"{prefix}{Interlocked.Increment(ref last).ToString(CultureInfo.InvariantCulture).PadLeft(16, '0')}";

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var parameters = QueryHelpers.ParseQuery(body).ToDictionary(p => p.Key, p => p.Value.ToString(), StringComparer.Ordinal);
        var action = parameters.GetValueOrDefault("Action", "");
        var isSts = action == "AssumeRole";
        Asked.Enqueue(parameters.TryGetValue("UserName", out var about) ? $"{action} {about}" : action);
        XElement? result = null;
        FakeIamError? error;
        try
        {
            var keys = new Dictionary<string, (string, string?)> { [KeyId] = (Secret, null), [RoleKeyId] = (Secret, RoleToken) };
            var refused = FakeIamSignature.Check(context.Request, body, keys, Region, isSts ? "sts" : "iam", Clock.GetUtcNow());
            error = refused is { } r ? new FakeIamError(403, r.Code, r.Message)
                : Forbidden.Contains(action) ? new FakeIamError(403, "AccessDenied", $"User: arn:aws:iam::{Account}:user/{OwnName} is not authorized to perform: iam:{action}")
                : parameters.GetValueOrDefault("Version") != (isSts ? "2011-06-15" : "2010-05-08") ? new FakeIamError(400, "NoSuchVersion", "No such version.")
                : Before(action, parameters);
            lock (gate)
            {
                result = error is null ? Do(action, parameters, isRole: context.Request.Headers.ContainsKey("x-amz-security-token")) : null;
            }
        }
        catch (FakeIamException refusal)
        {
            error = refusal.Error;
        }

        if (error is { Status: 0 })
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = error?.Status ?? 200;
        context.Response.ContentType = "text/xml";
        await context.Response.WriteAsync(error is null
            ? new XElement(Ns + $"{action}Response", result, new XElement(Ns + "ResponseMetadata", new XElement(Ns + "RequestId", Guid.NewGuid()))).ToString()
            : error.Raw ?? new XElement(Ns + "ErrorResponse", new XElement(Ns + "Error", El("Type", "Sender"), El("Code", error.Code), El("Message", error.Message)), El("RequestId", "r-1")).ToString());
    }

    private static XElement El(string name, params object?[] content) => new(Ns + name, content);

    private static FakeIamException NoSuch(string what) => new(new FakeIamError(404, "NoSuchEntity", $"{what} cannot be found."));
}

/// <summary>An error. Status 0: the connection is cut.</summary>
internal sealed record FakeIamError(int Status, string Code = "", string Message = "")
{
    /// <summary>The whole body, where it is to be no error of IAM's.</summary>
    public string? Raw { get; init; }
}

internal sealed class FakeIamException(FakeIamError error) : Exception(error.Message)
{
    public FakeIamError Error => error;
}
