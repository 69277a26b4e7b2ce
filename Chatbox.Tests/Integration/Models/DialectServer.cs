using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Chatbox.Tests.Integration.Models;

/// <summary>
/// A provider that answers every request to <c>/{name of a case}/…</c> with the bytes of that case. It implements HTTP itself, because
/// servers do not let a response end early or stay open in all the ways of the cases.
/// </summary>
public sealed class DialectServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, int> _requests = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _closed = new();

    public DialectServer()
    {
        _listener.Start();
        _ = Accept();
    }

    /// <summary>The endpoint of a model that answers like this case.</summary>
    public Uri EndpointOf(string name) => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{name}");

    /// <summary>Number of requests for a case.</summary>
    public int RequestsFor(string name) => _requests.GetValueOrDefault(name);

    /// <summary>Completes when the client closes a connection that the server kept open.</summary>
    public Task ClosedByClient(string name) =>
        _closed.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Dispose()
    {
        _stopping.Cancel();
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
                _ = Serve(await _listener.AcceptSocketAsync(_stopping.Token));
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Serve(Socket socket)
    {
        using var connection = socket;
        await using var stream = new NetworkStream(socket);
        try
        {
            var path = await ReadRequest(stream);
            if (path.EndsWith("/stop", StringComparison.Ordinal))
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray(), _stopping.Token);
                return;
            }

            var name = string.Join('/', path.Split('/').Skip(1).Take(2));
            _requests.AddOrUpdate(name, 1, (_, count) => count + 1);
            await Answer(stream, DialectCase.Read(name));
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The client has left, or the test is over.
        }
    }

    private async Task Answer(NetworkStream stream, DialectCase answer)
    {
        var head = new StringBuilder($"HTTP/1.1 {answer.Status} X\r\nConnection: close\r\n");
        foreach (var header in answer.Headers)
            head.Append(header).Append("\r\n");

        // Without a length, the response ends with the connection; with too large a length, it is cut.
        if (answer.IsCut)
            head.Append("Content-Length: ").Append(answer.Body.Length + 1).Append("\r\n");
        byte[] response = [.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. answer.Body];
        await stream.WriteAsync(response, _stopping.Token);
        if (!answer.IsOpen)
            return;
        var closed = _closed.GetOrAdd(answer.Name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            while (await stream.ReadAsync(new byte[1], _stopping.Token) > 0) { }
        }
        catch (IOException)
        {
            // The connection is closed in any case.
        }

        closed.TrySetResult();
    }

    /// <summary>Reads a request to its end and returns its path.</summary>
    private async Task<string> ReadRequest(NetworkStream stream)
    {
        var received = new MemoryStream();
        var buffer = new byte[8192];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, _stopping.Token);
            if (read == 0)
                throw new IOException("The request is not whole.");
            received.Write(buffer, 0, read);
            var text = Encoding.Latin1.GetString(received.ToArray());
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0 && IsWhole(text[..end], text[(end + 4)..]))
                return text.Split(' ')[1];
        }
    }

    private static bool IsWhole(string head, string body)
    {
        const string Length = "content-length:";
        var line = head.Split("\r\n").FirstOrDefault(h => h.StartsWith(Length, StringComparison.OrdinalIgnoreCase));
        return line is null ? body.EndsWith("0\r\n\r\n", StringComparison.Ordinal) : body.Length >= int.Parse(line[Length.Length..]);
    }
}
