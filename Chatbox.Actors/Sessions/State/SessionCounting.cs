using Chatbox.Actors.Index;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Sessions.State;

/// <summary>Counts a session's totals, event by event, and puts them into the summary that lists show.</summary>
internal static class SessionCounting
{
    public static SessionTotals OpenedAt(DateTimeOffset at) => new(null, at, at, 0, 0, TimeSpan.Zero, TimeSpan.Zero, 0);

    /// <summary>Activity never moves backwards, though the clocks of two nodes may differ.</summary>
    public static SessionTotals ActiveAt(this SessionTotals totals, DateTimeOffset at) =>
        at > totals.LastActivity ? totals with { LastActivity = at } : totals;

    public static SessionTotals Plus(this SessionTotals totals, UserItem message) =>
        totals.ActiveAt(message.At) with
        {
            Name =
                totals.Name
                ?? SessionName.From(
                    message.Content.Length == 0 && message.Files is { Files: [var file, ..] } ? file.Name : message.Content
                ),
            MessageCount = totals.MessageCount + 1,
        };

    /// <summary>A session that is named after a recording's file gets its name from what was said.</summary>
    /// <param name="message">The voice message; null if it has left memory.</param>
    public static SessionTotals Heard(this SessionTotals totals, UserItem? message, string transcript) =>
        message is { Content.Length: 0, Files.Files: [var file, ..] } && totals.Name == SessionName.From(file.Name)
            ? totals with
            {
                Name = SessionName.From(transcript),
            }
            : totals;

    public static SessionTotals Plus(this SessionTotals totals, AdminItem message) =>
        totals.ActiveAt(message.At) with
        {
            MessageCount = totals.MessageCount + 1,
        };

    public static SessionTotals HelpAsked(this SessionTotals totals, DateTimeOffset at) =>
        totals.ActiveAt(at) with
        {
            HelpRequested = true,
            HelpRequests = totals.HelpRequests + 1,
        };

    public static SessionTotals AssistedBy(this SessionTotals totals, string admin, DateTimeOffset at) =>
        totals.ActiveAt(at) with
        {
            AdminAssisted = true,
            AssistingAdminName = admin,
            Takeovers = totals.Takeovers + 1,
        };

    /// <param name="earlier">The rating that this one replaces; null without one.</param>
    public static SessionTotals Rated(this SessionTotals totals, Rating? earlier, Rating rating) =>
        totals with
        {
            RatingsUp = totals.RatingsUp + Count(rating, Rating.Up) - Count(earlier, Rating.Up),
            RatingsDown = totals.RatingsDown + Count(rating, Rating.Down) - Count(earlier, Rating.Down),
        };

    private static int Count(Rating? rating, Rating counted) => rating == counted ? 1 : 0;

    public static SessionTotals Plus(this SessionTotals totals, AnswerItem answer)
    {
        var next = totals.ActiveAt(answer.At) with
        {
            MessageCount = totals.MessageCount + 1,
            TotalTokens = totals.TotalTokens + answer.Usage.Prompt + answer.Usage.Completion,
        };
        return answer.ResponseTime is { } time
            ? next with
            {
                MaxResponseTime = time > totals.MaxResponseTime ? time : totals.MaxResponseTime,
                TotalResponseTime = totals.TotalResponseTime + time,
                ResponseCount = totals.ResponseCount + 1,
            }
            : next;
    }

    /// <summary>A snapshot of an earlier release has no totals: counts the items that it still holds.</summary>
    public static SessionTotals? Recount(SessionSnapshot snapshot) =>
        snapshot.Owner is null
            ? null
            : snapshot.Items.Aggregate(
                OpenedAt(snapshot.Items.FirstOrDefault()?.At ?? snapshot.Acknowledgements.FirstOrDefault()?.At ?? default),
                (totals, item) =>
                    item switch
                    {
                        UserItem message => totals.Plus(message),
                        AnswerItem answer => totals.Plus(answer),

                        // Never without totals, which come with the import.
                        ImportedItem => totals,

                        // Only in snapshots of releases that have totals.
                        AdminItem or AdminJoinedItem or AdminLeftItem or NoteItem or TranscriptItem or ReturnedFileItem or SpeechItem =>
                            totals,
                        _ => throw new InvalidOperationException($"The totals do not count {item.GetType().Name}."),
                    }
            );

    /// <summary>The session's row in lists; null until the session is opened.</summary>
    public static SessionSummary? Summary(this SessionState state) =>
        state is { Owner: { } owner, ModelId: { } model, Totals: { } totals }
            ? new SessionSummary(
                state.Id,
                owner,
                totals.Name ?? SessionName.Empty,
                model,
                totals.StartTime,
                state.Life?.EndedAt,
                totals.LastActivity,
                totals.MessageCount,
                totals.TotalTokens,
                totals.MaxResponseTime,
                totals.TotalResponseTime,
                totals.ResponseCount
            )
            {
                HelpRequested = totals.HelpRequested,
                AdminAssisted = totals.AdminAssisted,
                AssistingAdminName = totals.AssistingAdminName,
                Takeovers = totals.Takeovers,
                HelpRequests = totals.HelpRequests,
                RatingsUp = totals.RatingsUp,
                RatingsDown = totals.RatingsDown,
            }
            : null;
}
