using Chatbox.Messages;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Index;

/// <summary>
/// Reads the ratings that owners gave, which sessions report to the index. Throws <see cref="IndexUnavailableException"/> when the store does
/// not respond in time.
/// </summary>
public interface IRatings
{
    /// <summary>A page of ratings, the newest first.</summary>
    /// <exception cref="FormatException">The cursor is not the <see cref="RatingPage.Next"/> of a page.</exception>
    Task<RatingPage> List(RatingQuery query, CancellationToken cancellationToken);
}

/// <summary>Selects ratings for a list. A filter that is null does not apply.</summary>
/// <param name="From">Earliest time, inclusive.</param>
/// <param name="To">Latest time, exclusive.</param>
/// <param name="Limit">1 to 1000.</param>
/// <param name="Cursor">The <see cref="RatingPage.Next"/> of the previous page of the same query.</param>
public sealed record RatingQuery(
    SessionId? SessionId = null,
    UserId? UserId = null,
    Rating? Rating = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    int Limit = 100,
    string? Cursor = null
);

/// <summary>One page of ratings.</summary>
/// <param name="Next">The cursor of the next page; null on the last page.</param>
public sealed record RatingPage(IReadOnlyList<GivenRating> Ratings, string? Next);

/// <summary>The latest rating of a message or a session, with who gave it.</summary>
public sealed record GivenRating(SessionId SessionId, UserId UserId, IndexedRating Rating);

/// <summary>A rating, as a session reports it. A later rating of the same message replaces an earlier one.</summary>
/// <param name="Seq">Place of its event in the session's journal.</param>
/// <param name="MessageId">The rated message; null for the whole session.</param>
/// <param name="Comment">At most 1000 characters; null without one.</param>
public sealed record IndexedRating(long Seq, MessageId? MessageId, Rating Rating, string? Comment, DateTimeOffset At)
{
    /// <summary>Length of the comment, in UTF-16 code units.</summary>
    public int Length => Comment?.Length ?? 0;
}
