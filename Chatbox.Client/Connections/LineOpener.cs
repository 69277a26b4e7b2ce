using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using Chatbox.Client.Frames;

namespace Chatbox.Client.Connections;

/// <summary>Opens connections: WebSockets, and plain HTTP once something on the way has blocked two upgrades in a row.</summary>
/// <param name="address">The address under which the server's paths lie, with a slash at its end.</param>
/// <param name="openSocket">Opens a WebSocket at an address with a token.</param>
internal sealed class LineOpener(
    Uri address,
    HttpClient http,
    Func<Uri, string, CancellationToken, Task<WebSocket>> openSocket,
    TimeProvider clock
)
{
    /// <summary>After so many upgrades in a row that fail although the server can be reached, something on the way blocks WebSockets.</summary>
    private const int BlockedAfter = 2;

    private static readonly TimeSpan OpenWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AskWithin = TimeSpan.FromSeconds(5);

    private int _blocked;

    public bool UsesHttp => _blocked >= BlockedAfter;

    /// <summary>Another person, or another network: WebSockets are tried again.</summary>
    public void Reset() => _blocked = 0;

    /// <summary>Opens a connection, or says why there is none.</summary>
    /// <param name="parameters">Where to resume. Protocol section 3.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<OpenedLine> Open(IReadOnlyDictionary<string, string> parameters, string token, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(OpenWithin, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            if (UsesHttp)
                return new OpenedLine(await HttpLine.Open(http, address, parameters, token, both.Token).ConfigureAwait(false));
            var socket = await openSocket(SocketAddress(parameters), token, both.Token).ConfigureAwait(false);
            _blocked = 0;
            return new OpenedLine(new WebSocketLine(socket, clock));
        }
        catch (Exception e) when (e is WebSocketException or HttpRequestException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return UsesHttp ? default : await AskWhy(token, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An upgrade does not say why it failed. A plain request to the same address gets the same status.</summary>
    private async Task<OpenedLine> AskWhy(string token, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(AskWithin, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "ws"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await http.SendAsync(request, both.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.Unauthorized)
                return new OpenedLine(null, Refusal: await response.Content.ReadAsStringAsync(both.Token).ConfigureAwait(false));
            // The server would have taken this upgrade, and a plain request reaches it.
            if (response.StatusCode == HttpStatusCode.BadRequest)
                _blocked++;
            return new OpenedLine(null, AtOnce: UsesHttp, RetryAfter: ChatRequestException.RetryAfterOf(response) ?? TimeSpan.Zero);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return default; // the server cannot be reached: wait, as for any other status
        }
    }

    /// <summary>Opens a WebSocket with .NET's own client.</summary>
    public static async Task<WebSocket> OpenSocket(Uri address, string token, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol("chatbox.v1");
            socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
            socket.Options.KeepAliveInterval = TimeSpan.Zero; // the connection sends pings of the protocol, which work over HTTP as well
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A path below the address, with parameters.</summary>
    public static Uri Address(Uri address, string path, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var query = string.Join('&', parameters.Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"));
        return new Uri(address, query.Length == 0 ? path : $"{path}?{query}");
    }

    private Uri SocketAddress(IReadOnlyDictionary<string, string> parameters)
    {
        var socket = new UriBuilder(Address(address, "ws", parameters));
        socket.Scheme = socket.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
        return socket.Uri;
    }
}

/// <summary>An attempt to connect: a connection, or why there is none.</summary>
/// <param name="Refusal">What the server said about a token that it does not accept; null for another reason.</param>
/// <param name="AtOnce">Whether another attempt, in another way, should follow at once.</param>
/// <param name="RetryAfter">What the server has asked for.</param>
internal readonly record struct OpenedLine(ILine? Line, string? Refusal = null, bool AtOnce = false, TimeSpan RetryAfter = default);
