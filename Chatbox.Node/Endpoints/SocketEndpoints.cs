using System.Globalization;
using Akka.Actor;
using Akka.Hosting;
using Akka.Streams;
using Chatbox.Actors.Connections;
using Chatbox.Actors.Connections.Socket;
using Chatbox.Actors.Connections.Tokens;
using Chatbox.Actors.Index;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Endpoints.Sessions;
using Chatbox.Node.Health;
using Chatbox.Node.Identity;
using Chatbox.Node.Telemetry;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Node.Endpoints;

/// <summary>Handles <c>{prefix}/ws</c>, from the request to a running socket. Refusals come in the order of protocol section 3.</summary>
internal sealed class SocketEndpoints(
    TokenValidator tokens,
    OriginPolicy origins,
    ConnectionSlots slots,
    DrainState drain,
    SocketOptions options,
    IRequiredActor<ConnectionsActor> connections,
    ActorSystem system,
    IChatboxMetrics metrics,
    SecurityEvents events,
    SessionAccess sessions,
    LateSessions lateSessions,
    TimeProvider clock
)
{
    /// <summary>
    /// Value of <c>Retry-After</c> when the user has as many sockets as allowed: by then one of them may have closed.
    /// </summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Longer than the connection's own deadline, so that its reply comes first.</summary>
    private TimeSpan OpenTimeout => options.Connections.CommandTimeout + options.Connections.AskTimeout;

    public async Task Handle(HttpContext http)
    {
        var transported = TokenTransport.OfSocket(http.Request, options.AllowQueryToken);
        var verdict = await tokens.Validate(transported.Token, http.RequestAborted);
        var client = RequestLimits.ClientOf(http.Connection.RemoteIpAddress);
        if (verdict.Identity is not { } identity)
        {
            events.Report(verdict, client);
            await Refuse(http, verdict.Refusal);
            return;
        }

        // A request that will be refused only asks for a place and does not take one.
        var refusal = RefusalOf(http, transported);
        var opened = refusal is null
            ? await Open(http, identity, transported)
            : await Ask(new AskForSlot(identity.UserId), http.RequestAborted);
        if (opened is ConnectionRefused)
            events.Report(SecurityEvent.LimitHit, client, $"sockets of user {identity.UserId}");
        if (opened is ConnectionOpened { NamedForeign: true })
            await NoteForeign(http, identity);
        if (opened is ConnectionRefused)
            await new RateLimitedResponse(RetryAfter, "This user has too many connections.").ExecuteAsync(http);
        else if (refusal is not null)
            await refusal(http);
        else if (opened is ConnectionOpened place)
            await Run(http, place, transported.SelectedProtocol);
        else
            await Unavailable(http, "The service cannot open a connection right now.");
    }

    private async Task<object> Open(HttpContext http, TokenIdentity identity, TransportedToken transported)
    {
        var request = Request(http.Request, identity, tokens.EndOf(identity), transported);
        try
        {
            // An admin sees nothing of another user's session before the audit record is stored.
            if (identity.IsAdmin && request.SessionId is { } named)
            {
                http.Features.Set(identity);
                var found = await sessions.Find(http, named.Value, AuditKind.SessionWatch);

                // The index is late: without its row there is no audit record, and another session would not be what the admin asked for.
                if (found is null && await lateSessions.MayBeForeign(named, identity.UserId, http.RequestAborted))
                    return new ConnectionUnavailable();
                request = request with { Assists = found is not null && found.UserId != identity.UserId };
            }
        }
        catch (IndexUnavailableException)
        {
            return new ConnectionUnavailable();
        }

        return await Ask(request, http.RequestAborted);
    }

    private Func<HttpContext, Task>? RefusalOf(HttpContext http, TransportedToken transported)
    {
        if (drain.IsDraining || slots.IsFull)
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
        using var slot = slots.TryTake();
        if (slot is null)
        {
            system.Stop(place.Connection);
            metrics.LimitHit("connection");
            await Unavailable(http, "This server accepts no more connections right now.");
            return;
        }

        try
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync(
                new WebSocketAcceptContext
                {
                    SubProtocol = subprotocol,
                    KeepAliveInterval = options.Connections.PingPeriod,
                    KeepAliveTimeout = options.Connections.PongWait - options.Connections.PingPeriod,
                }
            );
            await ConnectionFlow.Run(socket, place, options.Connections, metrics, clock, system.Materializer());
        }
        finally
        {
            // Stops the connection if the upgrade failed; otherwise it has stopped with its stream.
            system.Stop(place.Connection);
        }
    }

    /// <summary>
    /// Reports a security event if the requested session belongs to another user. Most unknown ids are unused fresh ids, which the index
    /// does not contain.
    /// </summary>
    private async Task NoteForeign(HttpContext http, TokenIdentity identity)
    {
        try
        {
            if (PlacedSessionId.TryParse(http.Request.Query["session_id"].ToString(), out var named))
                await sessions.NoteRefused(identity, named, http.RequestAborted);
        }
        catch (IndexUnavailableException)
        {
            // The socket works without this report, and the index logs its own outage.
        }
    }

    private async Task<object> Ask(IConnectionMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await connections.ActorRef.Ask<object>(request, OpenTimeout, cancellationToken);
        }
        catch (AskTimeoutException)
        {
            return new ConnectionUnavailable();
        }
    }

    private static OpenConnection Request(HttpRequest request, TokenIdentity identity, DateTimeOffset? endsAt, TransportedToken transported)
    {
        var named = request.Query["session_id"].ToString();
        var session = PlacedSessionId.TryParse(named, out var id, out var place) ? id : (SessionId?)null;
        var (lastSeq, partial) = (request.Query["last_seq"].ToString(), request.Query["partial"].ToString());

        // If the named session is invalid, the client gets another one, where its position means nothing.
        var here = named.Length == 0 || session is not null;
        return new OpenConnection(
            identity.UserId,
            endsAt,
            session,
            here ? LastSeq(lastSeq) ?? place?.Seq : null,
            here ? Partial(partial) ?? place?.Partial : null
        )
        {
            Token = new TokenMark(identity.IssuedAt, identity.TokenId),
            IsAdmin = identity.IsAdmin,
            Name = identity.Name,

            // A client that sends its own position is not a legacy page.
            Legacy = transported.SelectedProtocol is null && lastSeq.Length == 0 && partial.Length == 0,

            // A client with a position resumes a session and only watches. Even an invalid last_seq means that the client resumes.
            Opens = request.Query["reopen"] == "1" || (request.Query["last_seq"].Count == 0 && place is null),
        };
    }

    private static long? LastSeq(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq : null;

    private static AnswerPosition? Partial(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? new AnswerPosition(new MessageId(text[..colon]), offset)
            : null;
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
        (ErrorResponse.Unavailable(message) with { RetryAfter = RetryAfter }).ExecuteAsync(http);
}
