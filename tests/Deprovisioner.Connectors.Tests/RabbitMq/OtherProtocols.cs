using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Deprovisioner.Connectors.Tests.RabbitMq;

/// <summary>As much of other protocols as it takes to sign in.</summary>
internal static class OtherProtocols
{
    private const ushort Ok = 1;

    /// <summary>
    /// Signs in and opens the default virtual host by the stream protocol:
    /// https://github.com/rabbitmq/rabbitmq-server/blob/v3.10.x/deps/rabbitmq_stream/docs/PROTOCOL.adoc
    /// </summary>
    /// <returns>The open connection; null: it was refused.</returns>
    public static async Task<TcpClient?> OpenStreamAsync(int port, string name, string password)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        await AskAsync(stream, 0x0011, [0, 0, 0, 0]);
        await AskAsync(stream, 0x0012, []);
        var plain = Encoding.UTF8.GetBytes($"\0{name}\0{password}");
        if (await AskAsync(stream, 0x0013, [.. Short("PLAIN"), .. Number(plain.Length), .. plain]) == Ok)
        {
            var tune = await FrameAsync(stream);
            await SendAsync(stream, [0x80, 0x14, 0, 1, .. tune[4..]]);
            if (await AskAsync(stream, 0x0015, Short("/")) == Ok)
            {
                return client;
            }
        }

        client.Dispose();
        return null;
    }

    /// <summary>https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html#_Toc398718028</summary>
    /// <returns>The open connection; null: it was refused.</returns>
    public static async Task<TcpClient?> OpenMqttAsync(int port, string name, string password)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        byte[] connect = [.. Short("MQTT"), 4, 0b1100_0010, 0, 60, .. Short($"client-of-{name}"), .. Short(name), .. Short(password)];
        await client.GetStream().WriteAsync((byte[])[0x10, (byte)connect.Length, .. connect]);
        var answer = new byte[4];
        if (await client.GetStream().ReadAtLeastAsync(answer, 4, throwOnEndOfStream: false) == 4 && answer[3] == 0)
        {
            return client;
        }

        client.Dispose();
        return null;
    }

    /// <summary>Whether the other end has hung up, once all that was sent before is read.</summary>
    public static async Task<bool> HasEndedAsync(TcpClient client)
    {
        try
        {
            var rest = new byte[1024];
            return client.Available == 0 && client.Client.Poll(0, SelectMode.SelectRead) && await client.GetStream().ReadAsync(rest) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static async Task<ushort> AskAsync(NetworkStream stream, ushort command, byte[] body)
    {
        await SendAsync(stream, [(byte)(command >> 8), (byte)command, 0, 1, 0, 0, 0, 7, .. body]);

        // Command, version and correlation come before the code.
        return BinaryPrimitives.ReadUInt16BigEndian((await FrameAsync(stream)).AsSpan(8));
    }

    private static async Task SendAsync(NetworkStream stream, byte[] frame) => await stream.WriteAsync((byte[])[.. Number(frame.Length), .. frame]);

    private static async Task<byte[]> FrameAsync(NetworkStream stream)
    {
        var size = new byte[4];
        await stream.ReadExactlyAsync(size);
        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
        await stream.ReadExactlyAsync(frame);
        return frame;
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Short(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }
}
