using System.Globalization;
using System.Net.WebSockets;
using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Connections;
using Chatbox.Actors.Connections.Socket;
using Chatbox.Actors.Connections.Tokens;
using Chatbox.Actors.Index;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Sessions;
using Chatbox.Node.Identity;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Node.Endpoints;

/// <summary>
/// Gets a place and a session for a client, and runs its connection, whatever carries the frames: a WebSocket, or HTTP in its place. Protocol
/// section 3, "Binding".
/// </summary>
internal sealed class SocketOpening(
    TokenValidator tokens,
    ConnectionSlots slots,
    SocketOptions options,
    IRequiredActor<ConnectionsActor> connections,
    ActorSystem system,
    IChatboxMetrics metrics,
    SessionAccess sessions,
    AuditLog audit,
    LateSessions lateSessions,
    TimeProvider clock
)
{
    /// <summary>
    /// Value of <c>Retry-After</c> when there is no place for another client: by then one of them may have closed.
    /// </summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Longer than the connection's own deadline, so that its reply comes first.</summary>
    private TimeSpan OpenTimeout => options.Connections.CommandTimeout + options.Connections.AskTimeout;

    /// <summary>Whether this node has no place for another client.</summary>
    public bool IsFull => slots.IsFull;

    /// <summary>What the client asks for in the parameters of its request.</summary>
    /// <param name="legacy">The client may be a page of the replaced service, which sends no position.</param>
    public OpenConnection RequestOf(HttpRequest request, TokenIdentity identity, bool legacy)
    {
        var named = request.Query["session_id"].ToString();
        var session = PlacedSessionId.TryParse(named, out var id, out var place) ? id : (SessionId?)null;
        var (lastSeq, partial) = (request.Query["last_seq"].ToString(), request.Query["partial"].ToString());

        // If the named session is invalid, the client gets another one, where its position means nothing.
        var here = named.Length == 0 || session is not null;
        return new OpenConnection(
            identity.UserId,
            tokens.EndOf(identity),
            session,
            here ? LastSeq(lastSeq) ?? place?.Seq : null,
            here ? Partial(partial) ?? place?.Partial : null
        )
        {
            Token = new TokenMark(identity.IssuedAt, identity.TokenId),
            IsAdmin = identity.IsAdmin,
            Name = identity.Name,

            // A client that sends its own position is not a legacy page.
            Legacy = legacy && lastSeq.Length == 0 && partial.Length == 0,

            // A client with a position resumes a session and only watches. Even an invalid last_seq means that the client resumes.
            Opens = request.Query["reopen"] == "1" || (request.Query["last_seq"].Count == 0 && place is null),
        };
    }

    /// <summary>
    /// Asks for a place. The result is <see cref="ConnectionOpened"/>, <see cref="ConnectionRefused"/> or
    /// <see cref="ConnectionUnavailable"/>.
    /// </summary>
    /// <param name="http">A request whose token has been accepted.</param>
    public async Task<object> Open(HttpContext http, OpenConnection request)
    {
        var cancellationToken = http.RequestAborted;
        try
        {
            // An admin sees nothing of another user's session before the audit record is stored.
            if (request is { IsAdmin: true, SessionId: { } named })
            {
                var found = await sessions.Find(http, named.Value, AuditKind.SessionWatch);

                // The index is late: without its row there is no audit record, and another session would not be what the admin asked for.
                if (found is null && await lateSessions.MayBeForeign(named, request.UserId, cancellationToken))
                    return new ConnectionUnavailable();
                request = request with { Assists = found is not null && found.UserId != request.UserId };
                if (request.Assists)
                    http.Features.Set<IFrameGate>(new AdminFrameAudit(audit, http, named, found!.UserId));
            }
        }
        catch (IndexUnavailableException)
        {
            return new ConnectionUnavailable();
        }

        var opened = await Ask(request, cancellationToken);
        if (opened is ConnectionOpened { NamedForeign: true })
            await NoteForeign(request, http.Caller(), cancellationToken);
        return opened;
    }

    /// <summary>Asks whether there is a place, without taking it.</summary>
    public Task<object> AskForSlot(UserId user, CancellationToken cancellationToken) => Ask(new AskForSlot(user), cancellationToken);

    /// <summary>Runs a client's connection until either side ends it.</summary>
    /// <param name="accept">Begins to carry frames. If this fails, the connection stops.</param>
    /// <returns>False if this node has no place for another client, and the connection has been given up.</returns>
    /// <param name="http">The request with which <see cref="Open"/> was called.</param>
    public async Task<bool> Run(HttpContext http, ConnectionOpened place, Func<Task<WebSocket>> accept)
    {
        using var slot = slots.TryTake();
        if (slot is null)
        {
            system.Stop(place.Connection);
            metrics.LimitHit("connection");
            return false;
        }

        try
        {
            using var socket = await accept();
            var gate = http.Features.Get<IFrameGate>();
            await ConnectionSocket.Run(system, socket, place, options.Connections, metrics, clock, gate);
            return true;
        }
        finally
        {
            // Stops the connection if nothing was accepted; otherwise it has stopped with its socket.
            system.Stop(place.Connection);
        }
    }

    /// <summary>
    /// Reports a security event if the requested session belongs to another user. Most unknown ids are unused fresh ids, which the index
    /// does not contain.
    /// </summary>
    private async Task NoteForeign(OpenConnection request, TokenIdentity identity, CancellationToken cancellationToken)
    {
        try
        {
            if (request.SessionId is { } named)
                await sessions.NoteRefused(identity, named, cancellationToken);
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

    private static long? LastSeq(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq : null;

    private static AnswerPosition? Partial(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? new AnswerPosition(new MessageId(text[..colon]), offset)
            : null;
    }
}
