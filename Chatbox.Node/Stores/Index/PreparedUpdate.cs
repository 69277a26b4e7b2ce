using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;

namespace Chatbox.Node.Stores.Index;

/// <summary>An update as encrypted rows, ready to be written.</summary>
internal sealed record PreparedUpdate(
    SessionRow Session,
    IReadOnlyList<MessageRow> Messages,
    IReadOnlyList<WordRow> Words,
    IReadOnlyList<WordRow> NameWords,
    IReadOnlyList<string> Superseded,
    IReadOnlyList<RatingRow> Ratings,
    IReadOnlyList<AnswerErrorRow> Errors
)
{
    /// <summary>The sender whose messages can be searched.</summary>
    public const string Owner = "user";

    public static PreparedUpdate From(SessionUpdate update, SealedColumns columns, IContentCipher cipher)
    {
        var session = update.Summary;
        var (id, user) = (session.SessionId.Value, session.UserId.Value);
        var written = update.Messages.Where(message => message.Sender == Owner).SelectMany(message => SearchWords.OfText(message.Content));
        WordRow Word(string word, bool inName) =>
            new()
            {
                UserId = user,
                Word = cipher.WordHash(user, word),
                SessionId = id,
                InName = inName,
            };

        return new PreparedUpdate(
            ToRow(update.Seq, session, columns),
            [.. update.Messages.Select(message => ToRow(id, message, columns))],
            [.. written.Distinct(StringComparer.Ordinal).Select(word => Word(word, inName: false))],
            [.. SearchWords.OfText(session.Name).Select(word => Word(word, inName: true))],
            [
                .. update.Superseded.Select(message => message.Value),
                .. update.Messages.Where(message => message.Superseded).Select(message => message.MessageId.Value),
            ],
            [.. update.Ratings.Select(rating => RatingRow.Of(id, user, rating, columns))],
            [.. update.Messages.Where(message => message.FailedModel is not null).Select(message => ToErrorRow(id, message))]
        );
    }

    private static SessionRow ToRow(long seq, SessionSummary session, SealedColumns columns)
    {
        var id = session.SessionId.Value;
        return new SessionRow
        {
            SessionId = id,
            UserId = session.UserId.Value,
            Seq = seq,
            Name = columns.Write(id, SealedColumns.NoSeq, SealedColumns.Name, session.Name),
            ModelId = session.ModelId.Value,
            StartTime = session.StartTime.UtcTicks,
            EndTime = session.EndTime?.UtcTicks ?? IndexTime.Never,
            LastActivity = session.LastActivity.UtcTicks,
            Duration = (session.EndTime - session.StartTime)?.Ticks,
            MessageCount = session.MessageCount,
            TotalTokens = session.TotalTokens,
            MaxResponseTime = session.MaxResponseTime.Ticks,
            TotalResponseTime = session.TotalResponseTime.Ticks,
            ResponseCount = session.ResponseCount,
            HelpRequested = session.HelpRequested,
            AdminAssisted = session.AdminAssisted,
            AssistingAdminName = session.AssistingAdminName is { } admin
                ? columns.Write(id, SealedColumns.NoSeq, SealedColumns.AdminName, admin)
                : null,
            Takeovers = session.Takeovers,
            HelpRequests = session.HelpRequests,
            RatingsUp = session.RatingsUp,
            RatingsDown = session.RatingsDown,
        };
    }

    private static AnswerErrorRow ToErrorRow(string session, IndexedMessage message) =>
        new()
        {
            SessionId = session,
            Seq = message.Seq,
            ModelId = message.FailedModel!.Value.Value,
            At = message.Timestamp.UtcTicks,
        };

    private static MessageRow ToRow(string session, IndexedMessage message, SealedColumns columns) =>
        new()
        {
            SessionId = session,
            Seq = message.Seq,
            MessageId = message.MessageId.Value,
            Type = message.Type,
            Sender = message.Sender,
            Body = columns.Write(
                session,
                message.Seq,
                new MessageBody(message.Content, message.Metadata, message.FileId, message.FileUrl) { Files = message.Files }
            ),
            SentAt = message.Timestamp.UtcTicks,
            Tokens = message.Tokens,
            ResponseTime = message.ResponseTime?.Ticks,
            Superseded = message.Superseded,
        };
}
