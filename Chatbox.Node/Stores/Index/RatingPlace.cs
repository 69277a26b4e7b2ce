using Chatbox.Actors.Index;

namespace Chatbox.Node.Stores.Index;

/// <summary>The last rating of a page, after which the next page begins.</summary>
internal sealed record RatingPlace(long At, string SessionId, string MessageId)
{
    /// <summary>Where the page of a query begins; null for the first page.</summary>
    /// <exception cref="FormatException">The cursor is not one.</exception>
    public static RatingPlace? Of(RatingQuery query) =>
        PlaceCursor.Read(query.Cursor) switch
        {
            null => null,
            // The message's id is the last part, because it may contain the separator.
            var cursor when cursor.Id.Split(' ', 2) is [var session, var message] => new RatingPlace(cursor.At, session, message),
            _ => throw new FormatException("The text is not a cursor."),
        };

    /// <param name="found">Up to one row more than the page has.</param>
    public static RatingPage ToPage(IReadOnlyList<RatingRow> found, int limit, SealedColumns columns) =>
        new([.. found.Take(limit).Select(row => row.Read(columns))], found.Count > limit ? found[limit - 1].Place.Write() : null);
}
