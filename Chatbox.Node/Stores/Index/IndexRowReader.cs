using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;

namespace Chatbox.Node.Stores.Index;

/// <summary>Turns rows of the index into what the index returns, and decrypts them.</summary>
internal sealed class IndexRowReader(SealedColumns columns)
{
    /// <summary>Maximum number of rows per page.</summary>
    public const int MostAtOnce = 1000;

    /// <exception cref="ArgumentOutOfRangeException">The limit is not within 1 to <see cref="MostAtOnce"/>.</exception>
    public static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostAtOnce);
    }

    /// <param name="share">A share that has not expired; null for none.</param>
    public SessionSummary Summary(SessionRow row, ShareRow? share) =>
        new(
            new SessionId(row.SessionId),
            new UserId(row.UserId),
            NameOf(row),
            new ModelId(row.ModelId),
            Moment(row.StartTime),
            row.EndTime == IndexTime.Never ? null : Moment(row.EndTime),
            Moment(row.LastActivity),
            row.MessageCount,
            row.TotalTokens,
            new TimeSpan(row.MaxResponseTime),
            new TimeSpan(row.TotalResponseTime),
            row.ResponseCount
        )
        {
            HelpRequested = row.HelpRequested,
            AdminAssisted = row.AdminAssisted,
            AssistingAdminName = row.AssistingAdminName is { } admin
                ? columns.Read(row.SessionId, SealedColumns.NoSeq, SealedColumns.AdminName, admin)
                : null,
            Takeovers = row.Takeovers,
            HelpRequests = row.HelpRequests,
            RatingsUp = row.RatingsUp,
            RatingsDown = row.RatingsDown,
            ShareToken = share?.Token,
            ShareExpiresAt = share?.ToLink().ExpiresAt,
        };

    /// <summary>The summaries of rows, each with its share unless that has expired.</summary>
    public IReadOnlyList<SessionSummary> Summaries(IEnumerable<SessionRow> rows, IEnumerable<ShareRow> shares, DateTimeOffset now)
    {
        var good = shares.Where(share => share.IsGoodAt(now)).ToDictionary(share => share.SessionId);
        return [.. rows.Select(row => Summary(row, good.GetValueOrDefault(row.SessionId)))];
    }

    public IndexedMessage Message(MessageRow row)
    {
        var body = columns.ReadBody(row.SessionId, row.Seq, row.Body);
        return new IndexedMessage(
            row.Seq,
            new MessageId(row.MessageId),
            row.Type,
            row.Sender,
            body.Content,
            body.Metadata,
            Moment(row.SentAt),
            row.Tokens,
            row.ResponseTime is { } wait ? new TimeSpan(wait) : null
        )
        {
            FileId = body.FileId,
            FileUrl = body.FileUrl,
            Files = body.Files,
            Superseded = row.Superseded,
        };
    }

    public static DateTimeOffset Moment(long ticks) => new(ticks, TimeSpan.Zero);

    /// <summary>
    /// Whether two rows have the same name. A name that cannot be decrypted counts as different, so that the update replaces a damaged row.
    /// </summary>
    public bool IsSameName(SessionRow stored, SessionRow told)
    {
        try
        {
            return NameOf(stored) == NameOf(told);
        }
        catch (ContentSealedException)
        {
            return false;
        }
    }

    public string NameOf(SessionRow row) => columns.Read(row.SessionId, SealedColumns.NoSeq, SealedColumns.Name, row.Name);
}
