using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Conforming;

/// <summary>What goes wrong between host and connector.</summary>
internal sealed class Faults
{
    private int acts;

    /// <summary>The action is done, and its answer never arrives.</summary>
    public bool AnswerIsLost { get; set; }

    /// <summary>After the first action every read fails.</summary>
    public bool UnreadableAfterActing { get; set; }

    /// <summary>So many reads after the first action show the state before it.</summary>
    public int StaleReads { get; set; }

    /// <summary>Comes instead of doing the action, the first <see cref="FaultyActs"/> times.</summary>
    public Fault? ActFault { get; set; }

    public int FaultyActs { get; set; }

    /// <summary>A second match value whose account is found with the one that was asked for.</summary>
    public string? AlsoFinds { get; set; }

    /// <summary>How often the host asked for the action.</summary>
    public int Acts => acts;

    /// <summary>Everything works from now on; the count stays.</summary>
    public void Clear()
    {
        (AnswerIsLost, UnreadableAfterActing, StaleReads, ActFault, AlsoFinds) = (false, false, 0, null, null);
    }

    public int Acted() => Interlocked.Increment(ref acts);
}
