using System.Text.Json.Serialization;
using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.HelpDesk;
using Chatbox.Messages.Frames;
using Chatbox.Messages.HelpDesk;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Endpoints.Description;
using Chatbox.Node.Endpoints.Sessions;
using static Chatbox.Messages.HelpDesk.HelpQueueProtocol;

namespace Chatbox.Node.Endpoints.Help;

/// <summary>The help desk's queue, for admins. Protocol section 6, "Administration".</summary>
internal static class HelpEndpoints
{
    /// <summary>Adds the services of the route. Needs the help desk.</summary>
    public static IServiceCollection AddChatboxHelp(this IServiceCollection services) =>
        services
            .AddSingleton<HelpQueueReader>()
            .ConfigureHttpJsonOptions(http => http.SerializerOptions.TypeInfoResolverChain.Insert(0, HelpJson.Default));

    public static void MapChatboxHelp(this IEndpointRouteBuilder app, string prefix) =>
        app.MapGet($"{prefix}/admin/help", (HttpContext http, HelpQueueReader queue) => queue.Read(http.RequestAborted))
            .ForAdmins()
            .Describe(
                "ListHelpRequests",
                "The sessions that wait for a person, in the order of the queue, and the sessions that admins hold."
            )
            .Answers<HelpQueueBody>()
            .Refuses(401, 403, 429, 503);
}

/// <summary>Asks the help desk for its queue, for REST and for operators.</summary>
internal sealed class HelpQueueReader(IRequiredActor<HelpDeskProxy> desk, TimeProvider clock)
{
    /// <summary>Longer than a help desk needs to move to another node.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(8);

    public async Task<IResult> Read(CancellationToken cancellationToken)
    {
        var queue = await Ask(cancellationToken);
        return queue is null ? Away : SessionReads.Json(HelpQueueBody.Of(queue, clock.GetUtcNow()), HelpJson.Default.HelpQueueBody);
    }

    /// <summary>The refusal when the help desk does not reply.</summary>
    public static ErrorResponse Away { get; } = ErrorResponse.Unavailable("The help desk does not respond right now.");

    /// <summary>The queue; null if the help desk does not reply in time.</summary>
    public async Task<HelpQueue?> Ask(CancellationToken cancellationToken)
    {
        try
        {
            return await desk.ActorRef.Ask<HelpQueue>(new GetHelpQueue(), Timeout, cancellationToken);
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }
}

/// <summary>The help desk's queue.</summary>
internal sealed record HelpQueueBody
{
    /// <summary>When somebody is there again; absent if somebody is there now.</summary>
    public string? ClosedUntil { get; init; }

    /// <summary>The sessions that wait for a person, in the order of the queue.</summary>
    public required IReadOnlyList<HelpRequestBody> Waiting { get; init; }

    /// <summary>The sessions that admins hold, the earliest takeover first.</summary>
    public required IReadOnlyList<AssistedSessionBody> Assisted { get; init; }

    public static HelpQueueBody Of(HelpQueue queue, DateTimeOffset now) =>
        new()
        {
            ClosedUntil = queue.ClosedUntil is { } until ? Rfc3339.Format(until) : null,
            Waiting = [.. queue.Cases.Where(one => one.IsQueued()).Select((one, index) => HelpRequestBody.Of(one, index + 1, now))],
            Assisted = [.. queue.Cases.Where(one => one.Standing.HolderId is not null).Select(one => AssistedSessionBody.Of(one, now))],
        };
}

/// <summary>A session that waits for a person.</summary>
internal sealed record HelpRequestBody
{
    public required string SessionId { get; init; }

    public required string UserId { get; init; }

    /// <summary>The place in the queue, from 1 on.</summary>
    public required int Position { get; init; }

    public required string RequestedAt { get; init; }

    /// <summary>Whole seconds since the request.</summary>
    public required long Waiting { get; init; }

    /// <summary>How often the request was escalated since it came to the queue.</summary>
    public required int Escalations { get; init; }

    public static HelpRequestBody Of(HelpCase one, int position, DateTimeOffset now)
    {
        var requested = one.Standing.RequestedAt ?? one.NotedAt;
        return new HelpRequestBody
        {
            SessionId = one.SessionId.Value,
            UserId = one.Owner.Value,
            Position = position,
            RequestedAt = Rfc3339.Format(requested),
            Waiting = Math.Max(0, (long)(now - requested).TotalSeconds),
            Escalations = one.Escalations,
        };
    }
}

/// <summary>A session that an admin holds.</summary>
internal sealed record AssistedSessionBody
{
    public required string SessionId { get; init; }

    public required string UserId { get; init; }

    /// <summary>The admin who holds the session.</summary>
    public required string AdminId { get; init; }

    public required string TakenAt { get; init; }

    /// <summary>Whole seconds since which the owner waits for a word of the admin; absent if the owner does not wait.</summary>
    public long? Waiting { get; init; }

    public static AssistedSessionBody Of(HelpCase one, DateTimeOffset now) =>
        new()
        {
            SessionId = one.SessionId.Value,
            UserId = one.Owner.Value,
            AdminId = one.Standing.HolderId!.Value.Value,
            TakenAt = Rfc3339.Format(one.Standing.TakenAt ?? one.NotedAt),
            Waiting = one.Standing.WaitingSince is { } since ? Math.Max(0, (long)(now - since).TotalSeconds) : null,
        };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(HelpQueueBody))]
internal sealed partial class HelpJson : JsonSerializerContext;
