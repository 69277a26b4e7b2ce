using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Chatbox.Tests.Contract.Clients;

/// <summary>A bad network between clients and a node: a TCP proxy that cuts, loses, blocks and reads slowly on request.</summary>
internal sealed partial class BadNetwork : IAsyncDisposable
{
    private readonly Uri _node;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;
    private CancellationTokenSource _cut = new();
    private TaskCompletionSource _going = Completed();
    private volatile bool _deaf;
    private volatile bool _blocksUpgrades;
    private volatile bool _down;
    private (long After, int Times) _cutUploads;
    private readonly List<long> _uploadOffsets = [];

    public BadNetwork(Uri node)
    {
        _node = node;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/chatbox/");
        _accepting = Accept();
    }

    /// <summary>The address of the service behind this network.</summary>
    public Uri Address { get; }

    /// <summary>Lets no WebSocket through any more, as some company networks do.</summary>
    public void BlockUpgrades() => _blocksUpgrades = true;

    /// <summary>Nothing of the node's reaches a client until the next cut; what clients send still arrives.</summary>
    public void LoseAnswers() => _deaf = true;

    /// <summary>How many of the cuts of <see cref="CutUploads"/> are still to come.</summary>
    public int CutsLeft
    {
        get
        {
            lock (_gate)
                return _cutUploads.Times;
        }
    }

    /// <summary>Where the bytes of each request of a resumable upload began, in the order of the requests.</summary>
    public IReadOnlyList<long> UploadOffsets
    {
        get
        {
            lock (_gate)
                return [.. _uploadOffsets];
        }
    }

    /// <summary>Cuts connections, so many times, after a client has sent so many bytes over one. Those bytes arrive, and no answer to them.</summary>
    public void CutUploads(long after, int times)
    {
        lock (_gate)
            _cutUploads = (after, times);
    }

    /// <summary>Cuts every connection. What is on its way is lost.</summary>
    public void Cut()
    {
        CancellationTokenSource cut;
        lock (_gate)
        {
            _deaf = false;
            (cut, _cut) = (_cut, new CancellationTokenSource());
        }

        cut.Cancel();
    }

    /// <summary>Lets nothing through, or lets connections through again.</summary>
    public void TakeDown(bool down)
    {
        _down = down;
        if (down)
            Cut();
    }

    /// <summary>Stops reading from the node, or reads on.</summary>
    public void Stall(bool stalled)
    {
        if (stalled)
            _going = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        else
            _going.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Stall(false);
        Cut();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_end.Token);
                lock (_gate)
                    _connections.Add(Pass(client, _cut.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The test has ended.
        }
    }

    private async Task Pass(Socket client, CancellationToken cut)
    {
        using var node = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cut, _end.Token);
        using (client)
        {
            client.NoDelay = true;
            try
            {
                if (!_down)
                {
                    await node.ConnectAsync(_node.Host, _node.Port, ended.Token);
                    using var cutHere = new CancellationTokenSource();
                    var returning = Return(node, client, cutHere.Token, ended.Token);
                    await await Task.WhenAny(Send(client, node, cutHere, returning, ended.Token), returning);
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The network was cut, the node is down, or one of the two has gone.
            }

            await ended.CancelAsync();
            client.LingerState = node.LingerState = new LingerOption(enable: true, seconds: 0); // reset the connection, as a lost network does
        }
    }

    private async Task Send(
        Socket client,
        Socket node,
        CancellationTokenSource cutHere,
        Task returning,
        CancellationToken cancellationToken
    )
    {
        var buffer = new byte[16_384];
        for (var passed = 0L; await client.ReceiveAsync(buffer, cancellationToken) is > 0 and var read; )
        {
            var text = Encoding.Latin1.GetString(buffer, 0, read);
            if (_blocksUpgrades && text.Contains("upgrade: websocket", StringComparison.OrdinalIgnoreCase))
                return;
            NoteUpload(text);
            await node.SendAsync(buffer.AsMemory(0, read), cancellationToken);
            passed += read;
            if (!TakeCut(passed))
                continue;
            await cutHere.CancelAsync();
            node.Shutdown(SocketShutdown.Send);
            await returning; // when the node has done with what has arrived, it ends the connection, and then the client notices
            return;
        }
    }

    private async Task Return(Socket node, Socket client, CancellationToken cutHere, CancellationToken cancellationToken)
    {
        var buffer = new byte[16_384];
        while (true)
        {
            await _going.Task.WaitAsync(cancellationToken);
            if (await node.ReceiveAsync(buffer, cancellationToken) is not (> 0 and var read))
                return;
            if (!_deaf && !cutHere.IsCancellationRequested)
                await client.SendAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private bool TakeCut(long passed)
    {
        lock (_gate)
        {
            if (_cutUploads.Times == 0 || passed < _cutUploads.After)
                return false;
            _cutUploads.Times--;
            return true;
        }
    }

    private void NoteUpload(string text)
    {
        if (!text.StartsWith("PATCH ", StringComparison.Ordinal) || UploadOffset().Match(text) is not { Success: true } offset)
            return;
        lock (_gate)
            _uploadOffsets.Add(long.Parse(offset.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^upload-offset: *(\d+)", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex UploadOffset();

    private static TaskCompletionSource Completed()
    {
        var completed = new TaskCompletionSource();
        completed.SetResult();
        return completed;
    }
}
