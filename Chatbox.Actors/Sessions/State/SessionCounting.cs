using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Sessions.State;

/// <summary>How a session's totals grow.</summary>
internal static class SessionCounting
{
    /// <summary>Activity never goes back, though the clocks of two nodes may differ.</summary>
    public static SessionTotals ActiveAt(this SessionTotals totals, DateTimeOffset at) =>
        at > totals.LastActivity ? totals with { LastActivity = at } : totals;

    public static SessionTotals Plus(this SessionTotals totals, UserItem message) =>
        totals.ActiveAt(message.At) with
        {
            Name = totals.Name ?? SessionName.From(message.Content),
            MessageCount = totals.MessageCount + 1,
        };

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
}
