using Chatbox.Actors.Index;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Sessions.State;

/// <summary>What lists show of a session.</summary>
internal sealed partial record SessionState
{
    /// <summary>Null until the session is opened.</summary>
    public SessionTotals? Totals { get; private init; }

    /// <summary>How the session stands; null until it is opened.</summary>
    public SessionSummary? Summary() =>
        this is { Owner: { } owner, ModelId: { } model, Totals: { } totals }
            ? new SessionSummary(
                Id,
                owner,
                totals.Name ?? SessionName.Empty,
                model,
                totals.StartTime,
                Life?.EndedAt,
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
            }
            : null;

    private static SessionTotals OpenedAt(DateTimeOffset at) => new(null, at, at, 0, 0, TimeSpan.Zero, TimeSpan.Zero, 0);

    /// <summary>A snapshot of an earlier release has no totals: what it still holds is counted.</summary>
    private static SessionTotals? Recount(SessionSnapshot snapshot) =>
        snapshot.Owner is null
            ? null
            : snapshot.Items.Aggregate(
                OpenedAt(snapshot.Items.FirstOrDefault()?.At ?? snapshot.Acknowledgements.FirstOrDefault()?.At ?? default),
                (totals, item) =>
                    item switch
                    {
                        UserItem message => totals.Plus(message),
                        AnswerItem answer => totals.Plus(answer),
                        _ => totals,
                    }
            );
}
