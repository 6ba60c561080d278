using System.Text.Json.Serialization;

namespace Deprovisioner.Contracts;

/// <summary>What a step does on its system. As text: <c>disable-account</c> and so on.</summary>
[JsonConverter(typeof(EnumTextConverter<StepAction>))]
public enum StepAction
{
    /// <summary>Nobody can sign in with the account any more. Reversible.</summary>
    DisableAccount,

    /// <summary>What is signed in is thrown out. Irreversible, and harmless to repeat.</summary>
    RevokeSessions,

    /// <summary>Passwords, keys and tokens stop working. Irreversible.</summary>
    RevokeCredentials,

    /// <summary>Groups, roles and permissions are taken away. Reversible from the snapshot.</summary>
    RemoveEntitlements,

    /// <summary>What the account owns goes to somebody else. Irreversible.</summary>
    TransferData,

    /// <summary>The paid seat is given back. Reversible.</summary>
    ReclaimLicence,

    /// <summary>The account is gone. Irreversible.</summary>
    DeleteAccount,

    /// <summary>The account is put back as the snapshot has it.</summary>
    RestoreAccount,

    /// <summary>A person does it: a badge, a laptop, a paper form.</summary>
    ManualTask,
}
