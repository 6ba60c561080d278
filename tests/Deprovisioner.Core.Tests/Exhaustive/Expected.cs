namespace Deprovisioner.Core.Tests.Exhaustive;

/// <summary>What a person's access must be, said as simply as it can be: of each employment what HR decided last, and nothing of sagas, steps or order of arrival.</summary>
internal enum Expected
{
    Whole,
    Resting,
    Gone,
}

internal static class Expectation
{
    /// <param name="told">In the order in which HR decided.</param>
    public static Expected At(IEnumerable<Told> told, DateTimeOffset at)
    {
        DateTimeOffset? end = null;
        var (onLeave, elsewhere) = (false, false);
        foreach (var one in told)
        {
            switch (one)
            {
                case Told.Hired:
                    (end, onLeave) = (null, false);
                    break;
                case Told.Rescinded:
                    end = null;
                    break;
                case Told.Terminated:
                    end = SmallCase.Today;
                    break;
                case Told.TerminatedLater:
                    end = SmallCase.Later;
                    break;
                case Told.NewEnd:
                    // It sets an end, or moves one that is to come; one that has passed stays.
                    end ??= SmallCase.Later;
                    break;
                case Told.LeaveStarted:
                    onLeave = true;
                    break;
                case Told.LeaveEnded:
                    onLeave = false;
                    break;
                case Told.HiredElsewhere:
                    elsewhere = true;
                    break;
                default:
                    break;
            }
        }

        return elsewhere || (!(end <= at) && !onLeave) ? Expected.Whole : end <= at ? Expected.Gone : Expected.Resting;
    }
}
