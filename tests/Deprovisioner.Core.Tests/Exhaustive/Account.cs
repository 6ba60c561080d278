namespace Deprovisioner.Core.Tests.Exhaustive;

/// <summary>What is true of an account, and by whose hand.</summary>
internal enum Account
{
    On,

    /// <summary>Disabled by a step of ours.</summary>
    OffByUs,

    /// <summary>A step of ours found it so.</summary>
    OffByOthers,

    /// <summary>A step of ours did it.</summary>
    Deleted,

    /// <summary>A step of ours did not find it.</summary>
    GoneByOthers,
}
