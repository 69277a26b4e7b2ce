using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Chatbox.Client.Frames;

namespace Chatbox.Client.Connections;

/// <summary>
/// A connection over plain HTTP, for networks that block WebSockets: frames come as server-sent events, and go by requests. Protocol section 3,
/// "Without WebSockets".
/// </summary>
internal sealed class HttpLine : ILine
{
    /// <summary>The server takes at most this many frames by one request.</summary>
    private const int MostFrames = 20;

    /// <summary>A request stays well below the server's limit of 1 MiB, in UTF-16 code units of at most three bytes.</summary>
    private const int MostText = 300_000;

    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly string _token;
    private readonly CancellationTokenSource _ended = new();
    private readonly Channel<string> _waiting = Channel.CreateBounded<string>(LineLimits.Sending);
    private readonly Channel<string> _arrived = Channel.CreateBounded<string>(LineLimits.Receiving);
    private readonly Lock _gate = new();
    private CancellationTokenSource _stream = new();
    private Task _listening = Task.CompletedTask;
    private Task _sending = Task.CompletedTask;
    private bool _hasEnded;

    /// <summary>The place of the client, with which its requests find the session of its stream.</summary>
    private string? _session;
    private long _seq;

    private HttpLine(HttpClient http, Uri address, string token) => (_http, _address, _token) = (http, address, token);

    public bool TakesTokens => false;

    public LineEnd End { get; private set; } = LineEnd.Lost;

    /// <summary>Opens the stream. The rules of an upgrade hold, so a refused token ends the connection with the code of a refused token.</summary>
    /// <param name="parameters">Those of the upgrade that this stands for.</param>
    /// <exception cref="HttpRequestException">The server cannot be reached, or refuses the stream for another reason than the token.</exception>
    public static async Task<HttpLine> Open(
        HttpClient http,
        Uri address,
        IEnumerable<KeyValuePair<string, string>> parameters,
        string token,
        CancellationToken cancellationToken
    )
    {
        var line = new HttpLine(http, address, token);
        var response = await line.Request(HttpMethod.Get, "stream", parameters, null, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            await line.Refused(response).ConfigureAwait(false);
        else if (!response.IsSuccessStatusCode)
            throw new HttpRequestException(HttpRequestError.InvalidResponse, statusCode: response.StatusCode);
        else
            line._listening = line.Listen(response, line._stream);
        line._sending = line.SendAll();
        return line;
    }

    public bool TrySend(string frame)
    {
        if (_waiting.Writer.TryWrite(frame))
            return true;
        Finish(LineEnd.Lost);
        return false;
    }

    public async Task<string?> Receive(CancellationToken cancellationToken) =>
        await _arrived.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false) && _arrived.Reader.TryRead(out var frame)
            ? frame
            : null;

    public async ValueTask DisposeAsync()
    {
        Finish(LineEnd.Lost);
        await _sending.ConfigureAwait(false);
        await _listening.ConfigureAwait(false);
    }

    private async Task Listen(HttpResponseMessage response, CancellationTokenSource stream)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stream.Token, _ended.Token);
        try
        {
            using (response)
            {
                var body = await response.Content.ReadAsStreamAsync(both.Token).ConfigureAwait(false);
                await foreach (var (name, data) in ServerEventReader.Read(body, both.Token).ConfigureAwait(false))
                {
                    if (name == "close")
                        Finish(EndOf(JsonSerializer.Deserialize(data, ClientJson.Default.CloseBody)));
                    else if (name.Length == 0)
                        await Take(data, both.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e)
            when (e
                    is HttpRequestException
                        or IOException
                        or InvalidDataException
                        or JsonException
                        or OperationCanceledException
                        or ChannelClosedException
            )
        {
            // The stream was cut, or replaced by another one.
        }

        lock (_gate)
        {
            if (_stream != stream)
                return;
        }

        Finish(LineEnd.Lost);
    }

    private async Task Take(string text, CancellationToken cancellationToken)
    {
        if (ClientJson.Read(text) is { } frame)
        {
            lock (_gate)
            {
                if (frame is { Type: FrameType.ConnectionStatus, SessionId.Length: > 0 })
                    _session = frame.SessionId;
                _seq = Math.Max(_seq, frame.Seq ?? 0);
            }
        }

        await _arrived.Writer.WriteAsync(text, cancellationToken).ConfigureAwait(false);
    }

    private async Task SendAll()
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(_ended.Token).ConfigureAwait(false))
                await Carry(Batch()).ConfigureAwait(false);
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException or JsonException or OperationCanceledException or ChannelClosedException)
        {
            Finish(LineEnd.Lost);
        }
    }

    private string Batch()
    {
        var text = new StringBuilder("[");
        for (var frames = 0; frames < MostFrames && text.Length < MostText && _waiting.Reader.TryRead(out var frame); frames++)
            text.Append(frames > 0 ? "," : "").Append(frame);
        return text.Append(']').ToString();
    }

    private async Task Carry(string batch)
    {
        using var body = new StringContent(batch, Encoding.UTF8, "application/json");
        using var response = await Request(HttpMethod.Post, "commands", Place(), body, _ended.Token).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            await Refused(response).ConfigureAwait(false);
            return;
        }

        await using var content = await response.Content.ReadAsStreamAsync(_ended.Token).ConfigureAwait(false);
        var replies = await JsonSerializer.DeserializeAsync(content, ClientJson.Default.PostedReplies, _ended.Token).ConfigureAwait(false);
        foreach (var reply in replies?.Replies ?? [])
            await Reply(reply).ConfigureAwait(false);
        if (replies?.Close is { } close)
            Finish(EndOf(close));
    }

    private async Task Reply(ChatFrame frame)
    {
        await _arrived.Writer.WriteAsync(JsonSerializer.Serialize(frame, ClientJson.Default.ChatFrame), _ended.Token).ConfigureAwait(false);
        if (frame is not { Type: FrameType.Ack, SessionId: { Length: > 0 } session })
            return;
        CancellationTokenSource before,
            next;
        lock (_gate)
        {
            if (session == _session)
                return;
            // The command took effect in another session: look at that one, from its beginning.
            (_session, _seq) = (session, 0);
            (before, next) = (_stream, _stream = new CancellationTokenSource());
        }

        await before.CancelAsync().ConfigureAwait(false);
        await _listening.ConfigureAwait(false);
        var response = await Request(HttpMethod.Get, "stream", Place(), null, _ended.Token).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
            _listening = Listen(response, next);
        else
            await Refused(response).ConfigureAwait(false);
    }

    private async Task Refused(HttpResponseMessage response)
    {
        using (response)
        {
            if (response.StatusCode != HttpStatusCode.Unauthorized)
                Finish(LineEnd.Lost);
            else
                Finish(new LineEnd(LineEnd.TokenClosed, await response.Content.ReadAsStringAsync(_ended.Token).ConfigureAwait(false)));
        }
    }

    private Task<HttpResponseMessage> Request(
        HttpMethod method,
        string path,
        IEnumerable<KeyValuePair<string, string>> parameters,
        HttpContent? content,
        CancellationToken cancellationToken
    )
    {
        var request = new HttpRequestMessage(method, LineOpener.Address(_address, path, parameters)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private Dictionary<string, string> Place()
    {
        lock (_gate)
            return _session is null ? [] : new Dictionary<string, string> { ["session_id"] = _session, ["last_seq"] = $"{_seq}" };
    }

    private static LineEnd EndOf(CloseBody? close) => close is null ? LineEnd.Lost : new LineEnd(close.Code, close.Reason ?? "");

    private void Finish(LineEnd end)
    {
        lock (_gate)
        {
            if (_hasEnded)
                return;
            (_hasEnded, End) = (true, end);
        }

        _waiting.Writer.TryComplete();
        _arrived.Writer.TryComplete();
        _ = _ended.CancelAsync();
    }
}
