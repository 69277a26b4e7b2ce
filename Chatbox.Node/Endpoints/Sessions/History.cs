using Chatbox.Actors.Index;
using Chatbox.Messages;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>
/// A part of a conversation, oldest message first. <paramref name="NextBeforeSeq"/> leads to the messages before it; null when there are
/// none.
/// </summary>
internal sealed record HistoryPage(IReadOnlyList<MessageItem> Messages, long? NextBeforeSeq);

/// <summary>Reads conversations from the index a few messages at a time, so that no request holds much of them, however long the answers are.</summary>
internal static class History
{
    /// <summary>Messages that are read at once. Each may be as long as the longest answer.</summary>
    public const int Step = 16;

    /// <summary>Text and metadata that a page holds, in UTF-16 code units, unless its only message is longer.</summary>
    public const long MaxLength = 4 * 1024 * 1024;

    /// <summary>
    /// Up to <paramref name="limit"/> messages before a place. Fewer when they are long, and then the page says how to go on: whoever
    /// follows <see cref="HistoryPage.NextBeforeSeq"/> gets every message once.
    /// </summary>
    public static async Task<HistoryPage> Page(
        ISessionIndex index,
        SessionId session,
        long? beforeSeq,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var newestFirst = new List<MessageItem>();
        var length = 0L;
        while (true)
        {
            // One more than is shown tells whether there is more.
            var wanted = Math.Min(Step, limit + 1 - newestFirst.Count);
            var messages = await index.History(session, beforeSeq, wanted, cancellationToken);
            foreach (var message in messages.Reverse())
            {
                if (newestFirst.Count == limit || (newestFirst.Count > 0 && length + message.Length > MaxLength))
                    return Ended(newestFirst, newestFirst[^1].Seq);
                newestFirst.Add(MessageItem.Shown(message));
                length += message.Length;
            }

            if (messages.Count < wanted)
                return Ended(newestFirst, null);
            beforeSeq = messages[0].Seq;
        }
    }

    private static HistoryPage Ended(List<MessageItem> newestFirst, long? nextBeforeSeq)
    {
        newestFirst.Reverse();
        return new HistoryPage(newestFirst, nextBeforeSeq);
    }
}
