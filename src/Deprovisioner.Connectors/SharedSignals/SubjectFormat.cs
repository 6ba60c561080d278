namespace Deprovisioner.Connectors.SharedSignals;

/// <summary>How a subject is named: formats of RFC 9493, section 3.2. As text: <c>email</c>, <c>iss-sub</c>, <c>opaque</c>.</summary>
internal enum SubjectFormat
{
    /// <summary>A mail address (section 3.2.2).</summary>
    Email,

    /// <summary>What an identity provider calls the person in its tokens (section 3.2.4).</summary>
    IssSub,

    /// <summary>A text whose meaning both sides know (section 3.2.5).</summary>
    Opaque,
}
