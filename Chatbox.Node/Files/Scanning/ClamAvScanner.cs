using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Chatbox.Node.Files.Scanning;

/// <summary>Asks ClamAV's daemon, with the command INSTREAM of clamd(8): chunks with their length before them, and a chunk of length 0 at the end.</summary>
internal sealed class ClamAvScanner(ClamAvAddress address) : IFileScanner
{
    private const int ChunkLength = 64 * 1024;
    private const int LongestReply = 4096;

    public async Task<ScanResult> Scan(Stream content, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = await Connect(cancellationToken);
            await using var stream = new NetworkStream(socket);
            try
            {
                await Send(content, stream, cancellationToken);
            }
            catch (IOException)
            {
                // The daemon closes the connection as soon as it has seen too much, and says so first.
            }
            return Result(await Reply(stream, cancellationToken));
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            throw new ScannerUnavailableException($"ClamAV at {address} cannot be reached: {e.Message}", e);
        }
    }

    private async Task<Socket> Connect(CancellationToken cancellationToken)
    {
        var socket = address.Path is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp)
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (address.Path is { } path)
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            else
                await socket.ConnectAsync(address.Host!, address.Port, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task Send(Stream content, NetworkStream stream, CancellationToken cancellationToken)
    {
        const int prefix = sizeof(int);
        var chunk = new byte[prefix + ChunkLength];
        content.Position = 0;
        await stream.WriteAsync("zINSTREAM\0"u8.ToArray(), cancellationToken);
        int read;
        do
        {
            read = await content.ReadAsync(chunk.AsMemory(prefix), cancellationToken);
            BinaryPrimitives.WriteInt32BigEndian(chunk, read);
            await stream.WriteAsync(chunk.AsMemory(0, prefix + read), cancellationToken);
        } while (read > 0);
    }

    private static async Task<string> Reply(NetworkStream stream, CancellationToken cancellationToken)
    {
        var reply = new byte[LongestReply];
        var length = 0;
        while (length < reply.Length)
        {
            var read = await stream.ReadAsync(reply.AsMemory(length), cancellationToken);
            length += read;
            if (read == 0 || reply[length - 1] == 0)
                break;
        }
        return Encoding.UTF8.GetString(reply, 0, length).TrimEnd('\0', '\n');
    }

    private ScanResult Result(string reply)
    {
        const string start = "stream: ";
        const string found = " FOUND";
        if (reply == start + "OK")
            return new ScanResult(null);
        if (reply.StartsWith(start, StringComparison.Ordinal) && reply.EndsWith(found, StringComparison.Ordinal))
            return new ScanResult(reply[start.Length..^found.Length]);
        throw new ScannerUnavailableException(
            reply.Contains("size limit exceeded", StringComparison.Ordinal)
                ? $"ClamAV at {address} does not take files of this size: set StreamMaxLength in its clamd.conf to at least UPLOAD_MAX_SIZE."
                : $"ClamAV at {address} did not scan: {(reply.Length > 0 ? reply : "it closed the connection")}"
        );
    }
}
