using Chatbox.Actors.Files;
using Chatbox.Actors.Index;
using Chatbox.Messages;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>
/// A page of a conversation, oldest message first. <paramref name="NextBeforeSeq"/> is the start of the previous page; null if this page is
/// the first.
/// </summary>
internal sealed record HistoryPage(IReadOnlyList<MessageItem> Messages, long? NextBeforeSeq);

/// <summary>
/// Reads conversations from the index, few messages at a time, so that requests need little memory even for long answers.
/// </summary>
internal static class History
{
    /// <summary>Messages per read. Each may be as long as the longest answer.</summary>
    public const int Step = 16;

    /// <summary>Maximum length of the text and metadata of a page, in UTF-16 code units. A single longer message is still a page.</summary>
    public const long MaxLength = 4 * 1024 * 1024;

    /// <summary>
    /// Reads up to <paramref name="limit"/> messages before a sequence number, and fewer if they are long. A client that follows <see
    /// cref="HistoryPage.NextBeforeSeq"/> gets every message once.
    /// </summary>
    /// <param name="withNotes">The reader is an admin, who also gets the private notes.</param>
    /// <param name="addresses">Signs the addresses of files; null on a node without files.</param>
    public static async Task<HistoryPage> Page(
        ISessionIndex index,
        SessionId session,
        long? beforeSeq,
        int limit,
        bool withNotes,
        IFileAddresses? addresses,
        CancellationToken cancellationToken
    )
    {
        var newestFirst = new List<MessageItem>();
        var length = 0L;
        while (true)
        {
            // One message more than the page shows tells whether another page exists.
            var wanted = Math.Min(Step, limit + 1 - newestFirst.Count);
            var messages = await index.History(session, beforeSeq, wanted, cancellationToken);
            foreach (var message in messages.Reverse().Where(m => withNotes || !m.IsNote))
            {
                if (newestFirst.Count == limit || (newestFirst.Count > 0 && length + message.Length > MaxLength))
                    return Ended(newestFirst, newestFirst[^1].Seq);
                newestFirst.Add(MessageItem.Shown(message, addresses));
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
