using Renci.SshNet;

namespace Deprovisioner.Connectors.LinuxSsh;

/// <summary>A connection that several calls use at once; closed once it is retired and the last of them is done with it.</summary>
internal sealed class SharedClient(SshClient client)
{
    private readonly Lock gate = new();
    private int uses;
    private bool retired;

    public SshClient Client => client;

    public bool IsAlive => client.IsConnected;

    public void Borrow()
    {
        lock (gate)
        {
            uses++;
        }
    }

    public void GiveBack() => Close(() => --uses == 0 && retired);

    /// <summary>No call begins on it any more.</summary>
    public void Retire() => Close(() =>
    {
        var first = !retired;
        retired = true;
        return first && uses == 0;
    });

    /// <summary>In the background: it says good-bye, which hangs where nobody listens any more.</summary>
    public static void Close(SshClient client) => _ = Task.Run(client.Dispose);

    private void Close(Func<bool> last)
    {
        lock (gate)
        {
            if (!last())
            {
                return;
            }
        }

        Close(client);
    }
}
