using System.Net.Sockets;
using System.Text;

namespace Chatbox.Tests.Harness;

/// <summary>A TCP connection on which a test sends its own bytes, and reads only what it wants to.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TcpClient _client = new();

    private RawClient() { }

    /// <summary>Connects and sends this text.</summary>
    public static async Task<RawClient> Send(Uri address, string text)
    {
        var raw = new RawClient();
        using var deadline = new CancellationTokenSource(Deadline);
        await raw._client.ConnectAsync(address.Host, address.Port, deadline.Token);
        await raw._client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), deadline.Token);
        return raw;
    }

    /// <summary>Sends more.</summary>
    public async Task Send(ReadOnlyMemory<byte> bytes)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await _client.GetStream().WriteAsync(bytes, deadline.Token);
    }

    /// <summary>The first line of the response.</summary>
    public async Task<string?> ReadLine()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var reader = new StreamReader(_client.GetStream(), Encoding.ASCII, leaveOpen: true);
        return await reader.ReadLineAsync(deadline.Token);
    }

    public void Dispose() => _client.Dispose();
}
