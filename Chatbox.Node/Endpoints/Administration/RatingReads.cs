using System.Diagnostics.CodeAnalysis;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Endpoints.Sessions;

namespace Chatbox.Node.Endpoints.Administration;

/// <summary>Lists ratings for admins. Comments are content, so an audit record is stored first.</summary>
internal sealed class RatingReads(IRatings ratings, AuditLog audit)
{
    private const int ListLimit = 100;
    private const int MaxUserId = 255;

    public async Task<IResult> List(HttpContext http)
    {
        if (!TryQuery(http.Request.Query, out var query, out var refusal))
            return refusal;
        var detail = $"limit={query.Limit}{(query.Cursor is null ? "" : " cursor")}";
        await audit.Record(http, AuditKind.RatingList, query.SessionId, query.UserId, detail);
        RatingPage page;
        try
        {
            page = await ratings.List(query, http.RequestAborted);
        }
        catch (FormatException)
        {
            return QueryValues.Refuse("cursor", "the next_cursor of a page of the same list");
        }

        return SessionReads.Json(
            new RatingsBody
            {
                Ratings = [.. page.Ratings.Select(RatingBody.Of)],
                Count = page.Ratings.Count,
                Limit = query.Limit,
                NextCursor = page.Next,
            },
            ReadableRatingJson.Bodies.RatingsBody
        );
    }

    private static bool TryQuery(
        IQueryCollection parameters,
        [NotNullWhen(true)] out RatingQuery? query,
        [NotNullWhen(false)] out ErrorResponse? refusal
    )
    {
        query = null;
        var (user, named) = (AdminQueries.Text(parameters, "user_id"), AdminQueries.Text(parameters, "session_id"));
        var vote = AdminQueries.Text(parameters, "rating");
        var session = default(SessionId);
        refusal =
            user?.Length > MaxUserId ? QueryValues.Refuse("user_id", $"at most {MaxUserId} characters")
            : named is not null && !PlacedSessionId.TryParse(named, out session) ? QueryValues.Refuse("session_id", "the id of a session")
            : vote is not (null or "up" or "down") ? QueryValues.Refuse("rating", "up or down")
            : null;
        DateTimeOffset? from = null;
        refusal ??= AdminQueries.Moment(parameters, "start_time", isEnd: false, out from);
        DateTimeOffset? to = null;
        refusal ??= AdminQueries.Moment(parameters, "end_time", isEnd: true, out to);
        if (!QueryValues.TryLimit(AdminQueries.Text(parameters, "limit"), ListLimit, out var limit))
            refusal ??= QueryValues.Refuse("limit", "a whole number");
        if (refusal is not null)
            return false;
        query = new RatingQuery(
            named is null ? null : session,
            user is null ? null : new UserId(user),
            vote is null ? null
                : vote == "up" ? Rating.Up
                : Rating.Down,
            from,
            to,
            limit,
            AdminQueries.Text(parameters, "cursor")
        );
        return true;
    }
}
