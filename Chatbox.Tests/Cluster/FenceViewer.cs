using System.Net.WebSockets;
using System.Text.Json;

namespace Chatbox.Tests.Cluster;

/// <summary>
/// Reads a session from its beginning, over as many sockets as it takes, until a message says the end. Checks on each socket that nothing
/// of a model comes between a takeover and its release.
/// </summary>
internal sealed class FenceViewer : IAsyncDisposable
{
    private readonly Func<Uri> _next;
    private readonly string _token;
    private readonly string _session;
    private readonly string _end;
    private readonly CancellationTokenSource _stop;

    public FenceViewer(Func<Uri> next, string token, string session, string end, CancellationToken cancellationToken)
    {
        (_next, _token, _session, _end) = (next, token, session, end);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Messages = Read();
    }

    /// <summary>What people said, in order. Completes with the end.</summary>
    public Task<List<string>> Messages { get; }

    /// <summary>The pieces of answers that came.</summary>
    public int Pieces { get; private set; }

    /// <summary>The answers that a takeover ended.</summary>
    public int CutAnswers { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)Messages).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task<List<string>> Read()
    {
        using var pause = new GrowingPause();
        while (true)
        {
            _stop.Token.ThrowIfCancellationRequested();
            try
            {
                await using var socket = await TestClient.Connect(_next(), _token, $"session_id={_session}&last_seq=0");
                await using var stopped = _stop.Token.Register(socket.Abort);
                var messages = new List<string>();
                var isHeld = false;
                while (messages.LastOrDefault() != _end)
                    isHeld = TakeIn(await socket.Next(_ => true), isHeld, messages);
                return messages;
            }
            catch (Exception e) when (e is WebSocketException or TimeoutException)
            {
                await pause.Next();
            }
        }
    }

    private bool TakeIn(JsonElement frame, bool isHeld, List<string> messages)
    {
        switch (frame.Type())
        {
            case "admin_join":
                return true;
            case "admin_leave":
                return false;
            case "user_message":
                messages.Add(frame.Text("content")!);
                break;
            case "loading" or "ai_response":
                Assert.False(isHeld, $"This came behind the fence: {frame.GetRawText()}");
                Pieces++;
                CutAnswers += frame.Metadata("finish_reason") == "taken_over" ? 1 : 0;
                break;
        }

        return isHeld;
    }
}
