using Deprovisioner.Testing;

namespace Deprovisioner.Core.Tests;

/// <summary>Compares a text with the approved file beside the test.</summary>
internal static class Approved
{
    /// <param name="folder">The test's folder within this project.</param>
    /// <param name="name">The file is <c>NAME.approved.txt</c>; what differs from it is written to <c>NAME.received.txt</c>.</param>
    public static void Matches(string folder, string name, string text) => Assert.Null(ApprovedFile.Difference("Deprovisioner.Core.Tests", folder, name, text));
}
