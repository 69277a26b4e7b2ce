using System.Net.WebSockets;
using Chatbox.Actors.Connections.Socket;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Health;
using Chatbox.Node.Identity;
using Chatbox.Node.Telemetry;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;

namespace Chatbox.Node.Endpoints;

/// <summary>Handles <c>{prefix}/ws</c>, from the request to a running socket. Refusals come in the order of protocol section 3.</summary>
internal sealed class SocketEndpoints(
    TokenValidator tokens,
    OriginPolicy origins,
    DrainState drain,
    SocketOptions options,
    SocketOpening opening,
    SecurityEvents events,
    TokenCookie? cookie = null
)
{
    public async Task Handle(HttpContext http)
    {
        // What the request needs until here, such as its token, is not kept as long as the socket.
        if (await Admit(http) is var (place, subprotocol))
            await Run(http, place, subprotocol);
    }

    /// <summary>Gets a place for the client; null if it is refused, and has been told so.</summary>
    private async Task<(ConnectionOpened Place, string? Subprotocol)?> Admit(HttpContext http)
    {
        var transported = TokenTransport.OfSocket(http.Request, options.AllowQueryToken);
        var verdict = await tokens.Validate(transported.Token, http.RequestAborted);
        var client = RequestLimits.ClientOf(http.Connection.RemoteIpAddress);
        if (verdict.Identity is not { } identity)
        {
            events.Report(verdict, client);
            await Refuse(http, verdict.Refusal);
            return null;
        }

        http.Features.Set(identity);

        // A request that will be refused only asks for a place and does not take one.
        var refusal = RefusalOf(http, transported);
        var request = opening.RequestOf(http.Request, identity, legacy: transported.SelectedProtocol is null);
        var opened = refusal is null ? await opening.Open(http, request) : await opening.AskForSlot(identity.UserId, http.RequestAborted);
        if (opened is ConnectionRefused)
            events.Report(SecurityEvent.LimitHit, client, $"sockets of user {identity.UserId}");
        if (opened is ConnectionRefused)
            await new RateLimitedResponse(SocketOpening.RetryAfter, "This user has too many connections.").ExecuteAsync(http);
        else if (refusal is not null)
            await refusal(http);
        else if (opened is ConnectionOpened place)
        {
            cookie?.Give(http, transported.Token!, identity);
            return (place, transported.SelectedProtocol);
        }
        else
            await Unavailable(http, "The service cannot open a connection right now.");
        return null;
    }

    private Func<HttpContext, Task>? RefusalOf(HttpContext http, TransportedToken transported)
    {
        if (drain.IsDraining || opening.IsFull)
            return context => Unavailable(context, "This server accepts no more connections right now.");
        if (!http.WebSockets.IsWebSocketRequest)
            return NotAnUpgrade;
        if (origins.Allows(http.Request, transported.CameInHeader))
            return null;
        events.Report(
            SecurityEvent.OriginRefused,
            RequestLimits.ClientOf(http.Connection.RemoteIpAddress),
            http.Request.Headers.Origin.Count == 0 ? "no origin" : "an origin that may not connect"
        );
        return context => ErrorResponse.Forbidden("This origin may not connect.").ExecuteAsync(context);
    }

    private async Task Run(HttpContext http, ConnectionOpened place, string? subprotocol)
    {
        var accepting = new WebSocketAcceptContext
        {
            SubProtocol = subprotocol,
            KeepAliveInterval = Timeout.InfiniteTimeSpan, // SocketLiveness pings
        };
        if (!await opening.Run(http, place, () => Accept(http, accepting)))
            await Unavailable(http, "This server accepts no more connections right now.");
    }

    private static async Task<WebSocket> Accept(HttpContext http, WebSocketAcceptContext accepting)
    {
        var socket = await http.WebSockets.AcceptWebSocketAsync(accepting);

        // Nobody reads them any more, and a token alone may take kilobytes. The audit records of an admin's frames name the client by them.
        if (http.Features.Get<IFrameGate>() is null)
            http.Request.Headers.Clear();
        return socket;
    }

    private static async Task Refuse(HttpContext http, TokenRefusal? refusal)
    {
        if (refusal == TokenRefusal.Unavailable)
        {
            await Unavailable(http, "Tokens cannot be checked right now.");
            return;
        }

        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        http.Response.ContentType = "text/plain; charset=utf-8";
        var text = refusal switch
        {
            TokenRefusal.Missing => "A token is needed.",
            TokenRefusal.Expired => "The token has expired.",
            TokenRefusal.Withdrawn => "The token has been withdrawn.",
            _ => "The token is not valid.",
        };
        await http.Response.WriteAsync(text, http.RequestAborted);
    }

    private static Task NotAnUpgrade(HttpContext http)
    {
        http.Response.Headers.SecWebSocketVersion = "13";
        return ErrorResponse.BadRequest("This address accepts WebSocket upgrades only.").ExecuteAsync(http);
    }

    private static Task Unavailable(HttpContext http, string message) =>
        (ErrorResponse.Unavailable(message) with { RetryAfter = SocketOpening.RetryAfter }).ExecuteAsync(http);
}
