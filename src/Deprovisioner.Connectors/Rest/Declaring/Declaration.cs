using System.ComponentModel;
using Deprovisioner.Connectors.Rest.Rendering;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest.Declaring;

// One declared system. These records are the language: the reader binds a file to them and tells what is wrong, and the schema for editors is made of them.

/// <summary>A whole file.</summary>
internal sealed record Declaration
{
    [Description("What people call the system, such as Okta.")]
    public required string Title { get; init; }

    [Description("The vendor's pages that this was written from.")]
    public IReadOnlyList<string> Sources { get; init; } = [];

    [Description("The day on which the sources were read, such as 2026-12-01.")]
    public string? ReadOn { get; init; }

    [Description("What it was tried against: the running product with its version, or: published description.")]
    public string TriedAgainst { get; init; } = "published description";

    [Description("The least rights that the credential needs, in the vendor's words.")]
    public IReadOnlyList<string> Rights { get; init; } = [];

    [Description("What the vendor limits: requests in a time, what a licence must include.")]
    public IReadOnlyList<string> Limits { get; init; } = [];

    [Description("What the vendor's interface cannot do, by action or topic, and what a person does instead.")]
    public IReadOnlyDictionary<string, string> Gaps { get; init; } = new Dictionary<string, string>();

    [Description("What a system of this kind is configured with, beside match, mode and limits.")]
    public IReadOnlyDictionary<string, DeclaredSetting> Settings { get; init; } = new Dictionary<string, DeclaredSetting>();

    [Description("Where the system is, and how requests prove who sends them.")]
    public required DeclaredServer Server { get; init; }

    [Description("How an account's answer is read.")]
    public required DeclaredAccount Account { get; init; }

    [Description("One request for each attribute by which an account can be found. match.attribute names one; the first is the default.")]
    public required IReadOnlyDictionary<string, DeclaredFind> Find { get; init; }

    [Description("The account by {id}.")]
    public required DeclaredRead Read { get; init; }

    [Description("All accounts.")]
    public required DeclaredListing List { get; init; }

    [Description("Groups, roles and permissions, each sort under its own name, which stands before their ids.")]
    public IReadOnlyDictionary<string, DeclaredHolding> Entitlements { get; init; } = new Dictionary<string, DeclaredHolding>();

    [Description("Open sessions, each sort under its own name.")]
    public IReadOnlyDictionary<string, DeclaredHolding> Sessions { get; init; } = new Dictionary<string, DeclaredHolding>();

    [Description("Passwords, keys, tokens and second factors, each sort under its own name.")]
    public IReadOnlyDictionary<string, DeclaredHolding> Credentials { get; init; } = new Dictionary<string, DeclaredHolding>();

    [Description("Paid seats, each sort under its own name.")]
    public IReadOnlyDictionary<string, DeclaredHolding> Licences { get; init; } = new Dictionary<string, DeclaredHolding>();

    [Description("What the account owns, each sort under its own name.")]
    public IReadOnlyDictionary<string, DeclaredHolding> Owned { get; init; } = new Dictionary<string, DeclaredHolding>();

    [Description("What is done to the account as a whole, one request after the other.")]
    public IReadOnlyDictionary<StepAction, IReadOnlyList<DeclaredStep>> Actions { get; init; } = new Dictionary<StepAction, IReadOnlyList<DeclaredStep>>();

    [Description("Actions whose effect the system shows nowhere: its answer is the only proof, and the audit says so.")]
    public IReadOnlyList<StepAction> ProvenByAnswer { get; init; } = [];

    [Description("What the action leaves to a person, told each time it was done.")]
    public IReadOnlyDictionary<StepAction, string> FollowUps { get; init; } = new Dictionary<StepAction, string>();
}

internal sealed record DeclaredSetting
{
    [Description("What its value must look like; text unless told.")]
    public SettingKind Kind { get; init; } = SettingKind.Text;

    [Description("Whether a system without it is refused; true unless it has a default.")]
    public bool? Required { get; init; }

    [Description("The value of a system that does not say.")]
    public string? Default { get; init; }

    [Description("One sentence with an example.")]
    public required string Help { get; init; }

    [Description("The words that are allowed; for kind: choice.")]
    public IReadOnlyList<string>? Allowed { get; init; }

    public bool IsRequired => Required ?? Default is null;
}

internal sealed record DeclaredServer
{
    [Description("The base of all addresses, such as https://api.example.test/v1 or {settings.url}.")]
    public required Template Url { get; init; }

    [Description("Headers of every request.")]
    public IReadOnlyDictionary<string, Template> Headers { get; init; } = new Dictionary<string, Template>();

    [Description("How requests prove who sends them.")]
    public DeclaredCredential Credential { get; init; } = new();

    [Description("Further credentials, by name, for requests that name one: a token endpoint that wants the client's own, say.")]
    public IReadOnlyDictionary<string, DeclaredCredential> Credentials { get; init; } = new Dictionary<string, DeclaredCredential>();

    [Description("What answers mean where it is not what HTTP says, for every request; the first that fits counts.")]
    public IReadOnlyList<DeclaredAnswer> Answers { get; init; } = [];

    [Description("Where an error's explanation stands; the first that is there.")]
    public IReadOnlyList<Location> Error { get; init; } = [];
}

internal sealed record DeclaredAccount
{
    [Description("Its immutable id.")]
    public required Location Id { get; init; }

    [Description("The name that people know it by.")]
    public required Location Name { get; init; }

    [Description("What else it is called: mail addresses, a login.")]
    public IReadOnlyList<Location> Names { get; init; } = [];

    [Description("It cannot sign in where any of these holds. Where the answer says nothing, it can.")]
    public IReadOnlyList<DeclaredCondition> DisabledWhen { get; init; } = [];

    [Description("It counts as gone where any of these holds.")]
    public IReadOnlyList<DeclaredCondition> GoneWhen { get; init; } = [];

    [Description("It is never touched where any of these holds: the system's own accounts.")]
    public IReadOnlyList<DeclaredCondition> CriticalWhen { get; init; } = [];

    [Description("The name or id of the account to which the credential belongs, such as {settings.user}: never touched.")]
    public Template? Own { get; init; }

    [Description("What else of the answer belongs in the evidence, by name. No secrets.")]
    public IReadOnlyDictionary<string, Location> Evidence { get; init; } = new Dictionary<string, Location>();

    [Description("How long tokens that were issued before go on working once sessions were ended, such as 1h; nothing is said unless told.")]
    public TimeSpan? ResidualAccess { get; init; }
}

/// <summary>All that is given must hold.</summary>
internal sealed record DeclaredCondition
{
    [Description("The place that is looked at.")]
    public required Location At { get; init; }

    [Description("It holds where one of these stands there, whatever its case; such as {id}, for a list whose filter the system may not heed.")]
    public IReadOnlyList<Template>? Is { get; init; }

    [Description("It holds where something else than these stands there.")]
    public IReadOnlyList<Template>? IsNot { get; init; }

    [Description("It holds where anything (true) or nothing (false) stands there.")]
    public bool? Exists { get; init; }
}
