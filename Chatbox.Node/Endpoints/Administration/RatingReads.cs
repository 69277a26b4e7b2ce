using Chatbox.Actors.Index;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Endpoints.Sessions;

namespace Chatbox.Node.Endpoints.Administration;

/// <summary>Lists ratings for admins. Comments are content, so an audit record is stored first.</summary>
internal sealed class RatingReads(IRatings ratings, AuditLog audit)
{
    public async Task<IResult> List(HttpContext http)
    {
        var parameters = new ListParameters(http.Request.Query);
        var query = QueryOf(parameters);
        if (parameters.Refusal is { } refusal)
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

    private static RatingQuery QueryOf(ListParameters parameters)
    {
        var user = parameters.User("user_id");
        var session = parameters.Session("session_id");
        Rating? vote = parameters.OneOf("rating", ["up", "down"], "up or down") switch
        {
            null => null,
            "up" => Rating.Up,
            _ => Rating.Down,
        };
        var (from, to) = (parameters.Moment("start_time", isEnd: false), parameters.Moment("end_time", isEnd: true));
        return new RatingQuery(session, user, vote, from, to, parameters.Limit(), parameters.Cursor);
    }
}
