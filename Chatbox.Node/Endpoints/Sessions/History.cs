using Chatbox.Actors.Index;
using Chatbox.Messages;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>Reads conversations from the index a few messages at a time, so that no request holds much text, however long the answers are.</summary>
internal static class History
{
    /// <summary>Messages that are read at once.</summary>
    public const int Step = 50;

    /// <summary>Text after which a page ends early, in UTF-16 code units. Clients go on with <c>before_seq</c> until nothing comes.</summary>
    private const long MaxText = 4 * 1024 * 1024;

    /// <summary>Up to <paramref name="limit"/> messages before a place, oldest first; none only if there are none.</summary>
    public static async Task<IReadOnlyList<MessageItem>> Page(
        ISessionIndex index,
        SessionId session,
        long? beforeSeq,
        int limit,
        CancellationToken stop
    )
    {
        var newestFirst = new List<MessageItem>();
        var text = 0L;
        while (newestFirst.Count < limit && text < MaxText)
        {
            var wanted = Math.Min(Step, limit - newestFirst.Count);
            var messages = await index.History(session, beforeSeq, wanted, stop);
            foreach (var message in messages.Reverse())
            {
                newestFirst.Add(MessageItem.Of(message));
                text += message.Content.Length;
            }

            if (messages.Count < wanted)
                break;
            beforeSeq = messages[0].Seq;
        }

        newestFirst.Reverse();
        return newestFirst;
    }
}
