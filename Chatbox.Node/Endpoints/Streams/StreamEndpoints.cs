using System.Text.Json;
using System.Text.Json.Serialization;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Messages.Frames;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Endpoints.Description;
using Chatbox.Node.Endpoints.Sessions;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;

namespace Chatbox.Node.Endpoints.Streams;

/// <summary>
/// A socket over plain HTTP, for networks that block WebSockets: an event stream from the server, and requests with frames to the server,
/// to any node. Both have the rules of sockets, because both run as one. Protocol section 3, "Without WebSockets".
/// </summary>
internal sealed class StreamEndpoints(SocketOpening opening, SocketOptions options, TimeProvider clock)
{
    /// <summary>Shorter than the time after which proxies close a silent connection.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Runs the event stream until either side ends it.</summary>
    public async Task Stream(HttpContext http)
    {
        var request = Resumed(
            opening.RequestOf(http.Request, http.Caller(), legacy: false),
            http.Request.Headers["Last-Event-ID"].ToString()
        );
        var heartbeat = options.Connections.PingPeriod < Heartbeat ? options.Connections.PingPeriod : Heartbeat;
        var opened = await opening.Open(http, request);
        if (opened is not ConnectionOpened place)
            await Refusal(opened).ExecuteAsync(http);
        else if (!await opening.Run(http, place, () => new EventStreamSocket(http, heartbeat, clock).Begin()))
            await Full.ExecuteAsync(http);
    }

    /// <summary>Carries out the frames of one request, one after the other, and returns the replies to them.</summary>
    public async Task<IResult> Carry(HttpContext http)
    {
        var (frames, refusal) = await PostedFrames.Read(http, options.Connections.MaxMessageSize);
        if (refusal is not null)
            return refusal;
        var opened = await opening.Open(http, opening.RequestOf(http.Request, http.Caller(), legacy: false));
        if (opened is not ConnectionOpened place)
            return Refusal(opened);
        using var socket = new PostedFramesSocket(frames);
        if (!await opening.Run(http, place, () => Task.FromResult<System.Net.WebSockets.WebSocket>(socket)))
            return Full;
        return SessionReads.Json(RepliesBody.Of(socket), StreamJson.Default.RepliesBody);
    }

    private static ErrorResponse Full => Unavailable("This server accepts no more connections right now.");

    private static IResult Refusal(object opened) =>
        opened is ConnectionRefused
            ? new RateLimitedResponse(SocketOpening.RetryAfter, "This user has too many connections.")
            : Unavailable("The service cannot open a connection right now.");

    private static ErrorResponse Unavailable(string message) =>
        ErrorResponse.Unavailable(message) with
        {
            RetryAfter = SocketOpening.RetryAfter,
        };

    /// <summary>A browser that reconnects by itself repeats its first address, and names its place in a header.</summary>
    private static OpenConnection Resumed(OpenConnection request, string lastEventId)
    {
        var dot = lastEventId.IndexOf('.');
        if (
            dot < 0
            || !PlacedSessionId.TryParse(lastEventId[..dot], out var session)
            || !long.TryParse(lastEventId.AsSpan(dot + 1), System.Globalization.NumberStyles.None, null, out var seq)
        )
            return request;
        return request with { SessionId = session, LastSeq = seq, Partial = null, Opens = false };
    }
}

/// <summary>Registers and maps the routes.</summary>
internal static class StreamHosting
{
    /// <summary>Needs the sockets.</summary>
    public static IServiceCollection AddChatboxStreams(this IServiceCollection services) =>
        services
            .AddSingleton<StreamEndpoints>()
            .ConfigureHttpJsonOptions(http => http.SerializerOptions.TypeInfoResolverChain.Insert(0, StreamJson.Default));

    /// <summary>Maps <c>{prefix}/stream</c> and <c>{prefix}/commands</c>.</summary>
    public static void MapChatboxStreams(this IEndpointRouteBuilder app, string prefix)
    {
        app.MapGet($"{prefix}/stream", (HttpContext http, StreamEndpoints streams) => streams.Stream(http))
            .ForUsers()
            .Describe(
                "StreamFrames",
                "The frames of a socket as server-sent events, with the parameters of a socket. Last-Event-ID resumes behind an event."
            )
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .Refuses(401, 429, 503);
        app.MapPost($"{prefix}/commands", (HttpContext http, StreamEndpoints streams) => streams.Carry(http))
            .ForUsers()
            .Describe("SendFrames", "Carries out one frame or an array of frames of a client, and returns the acks, errors and pongs.")
            .Accepts<JsonElement>("application/json")
            .Answers<RepliesBody>()
            .Refuses(400, 401, 413, 415, 429, 503);
    }
}

/// <summary>The replies to the frames of a request.</summary>
internal sealed record RepliesBody
{
    /// <summary>The frames that a socket would have got alone: <c>ack</c>, <c>error</c> and <c>pong</c>, in their order.</summary>
    public required IReadOnlyList<JsonElement> Replies { get; init; }

    /// <summary>Why the server has handled no further frame; absent if it has handled all.</summary>
    public ClosedBody? Close { get; init; }

    public static RepliesBody Of(PostedFramesSocket socket) =>
        new()
        {
            Replies = [.. socket.Replies.Select(reply => JsonElement.Parse(reply.Span))],
            Close =
                socket.Closed is var (code, reason) ? new ClosedBody(code, reason)
                : socket.IsDone ? null
                : new ClosedBody(CloseCode.ServerError, ""),
        };
}

/// <summary>The code and the reason of a socket's close frame.</summary>
internal sealed record ClosedBody(int Code, string Reason);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(RepliesBody))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class StreamJson : JsonSerializerContext;
