namespace Deprovisioner.Core.Sagas;

/// <summary>The order in which due steps of one system are sent; the higher first, then the older.</summary>
public static class StepPriority
{
    /// <summary>Above any stage, so that an urgent person's every step goes before an ordinary one's first.</summary>
    private const int Urgent = 1000;

    /// <summary>Earlier stages of everybody go before later stages of anybody. More stages than this share the last place.</summary>
    private const int LastStage = 100;

    public static int Of(bool urgent, int stage) => (urgent ? Urgent : 0) + LastStage - Math.Min(stage, LastStage);
}
