using Chatbox.Messages.Frames;
using Chatbox.Messages.HelpDesk;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Endpoints.Help;

namespace Chatbox.Node.Operators;

/// <summary>Shows operators who waits for a person, and who holds which session. Both contain no content of conversations.</summary>
internal sealed class OperatorHelpEndpoints(HelpQueueReader queue, TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/help", Queue);
        app.MapGet("/help/{id}", Show);
    }

    private async Task<IResult> Queue(CancellationToken cancellationToken) =>
        await queue.Ask(cancellationToken) is not { } found
            ? HelpQueueReader.Away
            : OperatorAnswers.Json(
                new HelpCasesBody(
                    found.ClosedUntil is { } until ? Rfc3339.Format(until) : null,
                    HelpCaseBody.Of(found.Cases, clock.GetUtcNow())
                )
            );

    private async Task<IResult> Show(string id, CancellationToken cancellationToken)
    {
        if (await queue.Ask(cancellationToken) is not { } found)
            return HelpQueueReader.Away;
        return HelpCaseBody.Of(found.Cases, clock.GetUtcNow()).FirstOrDefault(one => one.SessionId == id) is { } one
            ? OperatorAnswers.Json(one)
            : ErrorResponse.NotFound("This session does not wait for a person, and nobody holds it.");
    }
}

/// <summary>The sessions of the help desk: those that wait in the order of the queue, then those that admins hold.</summary>
internal sealed record HelpCasesBody(string? ClosedUntil, IReadOnlyList<HelpCaseBody> Cases);

/// <summary>One session of the help desk.</summary>
/// <param name="State"><c>waiting</c> or <c>held</c>.</param>
/// <param name="Position">The place in the queue, from 1 on; null for a held session.</param>
/// <param name="WaitingSeconds">Whole seconds since the request, or since which the owner waits for a word of the admin; null if the owner does not wait.</param>
internal sealed record HelpCaseBody(
    string SessionId,
    string UserId,
    string State,
    int? Position,
    long? WaitingSeconds,
    string? RequestedAt,
    int Escalations,
    string? AdminId,
    string? TakenAt
)
{
    public static IReadOnlyList<HelpCaseBody> Of(IReadOnlyList<HelpCase> cases, DateTimeOffset now)
    {
        var position = 0;
        return [.. cases.Select(one => Of(one, one.IsQueued() ? ++position : null, now))];
    }

    private static HelpCaseBody Of(HelpCase one, int? position, DateTimeOffset now)
    {
        var standing = one.Standing;
        var since = position is null ? standing.WaitingSince : standing.RequestedAt ?? one.NotedAt;
        return new HelpCaseBody(
            one.SessionId.Value,
            one.Owner.Value,
            position is null ? "held" : "waiting",
            position,
            since is { } begun ? Math.Max(0, (long)(now - begun).TotalSeconds) : null,
            standing.RequestedAt is { } requested ? Rfc3339.Format(requested) : null,
            one.Escalations,
            standing.HolderId?.Value,
            standing.TakenAt is { } taken ? Rfc3339.Format(taken) : null
        );
    }
}
