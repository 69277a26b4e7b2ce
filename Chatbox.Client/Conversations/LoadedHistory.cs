using Chatbox.Client.Frames;

namespace Chatbox.Client.Conversations;

/// <summary>How messages that were read over REST join a conversation. They replace what the client has of them.</summary>
internal static class LoadedHistory
{
    /// <summary>Whether the frame says to which session the connection is bound. With content, the frame is news and binds nothing.</summary>
    public static bool Binds(this ChatFrame frame) =>
        frame is { Type: FrameType.ConnectionStatus, SessionId.Length: > 0, Content: null or "" };

    /// <param name="messages">The oldest first.</param>
    /// <param name="reload">
    /// <see cref="ChatConversation.Reload"/> when the messages were requested; if the server has asked again since, they are not complete.
    /// </param>
    public static ChatConversation Load(this ChatConversation conversation, IEnumerable<ChatFrame> messages, (int Count, long Seq) reload)
    {
        var now = messages.Aggregate(conversation, Merge);
        var complete = reload == now.Reload;
        var last = now.Entries.Where(entry => complete || entry.Seq <= reload.Seq).Max(entry => entry.Seq) ?? 0;
        return now with { LastSeq = Math.Max(now.LastSeq, last), IsBehind = !complete };
    }

    /// <summary>Takes the newest page of a conversation of which nothing is here. What is older can be added later.</summary>
    public static ChatConversation LoadNewest(this ChatConversation conversation, PageOfHistory page, (int Count, long Seq) reload)
    {
        var oldest = page.Messages is [var first, ..] ? first.Seq ?? 0 : 0;
        var kept = conversation.Entries.RemoveAll(entry => entry.Seq is > 0 && entry.Seq < oldest); // what came before a hole is read again
        return (conversation with { Entries = kept, OlderBefore = page.NextBeforeSeq }).Load(page.Messages, reload);
    }

    /// <summary>Adds a page of messages before those that are here.</summary>
    public static ChatConversation AddOlder(this ChatConversation conversation, PageOfHistory page) =>
        page.Messages.Aggregate(conversation, Merge) with
        {
            LastSeq = conversation.LastSeq,
            IsBehind = conversation.IsBehind,
            OlderBefore = page.Messages.Count > 0 ? page.NextBeforeSeq : null,
        };

    private static ChatConversation Merge(ChatConversation now, ChatFrame message)
    {
        if (message.Type != FrameType.AiResponse)
            return now.Apply(message with { SessionId = now.SessionId });
        // Text that was shown may have been withdrawn since.
        if (now.Entries.ByMessageId(message.MessageId) is { } known)
            now = now with { Entries = now.Entries.Put(known with { Text = message.Content ?? "" }) };
        var metadata = new Dictionary<string, string>(message.Metadata ?? new Dictionary<string, string>()) { ["done"] = "true" };
        var model = metadata.GetValueOrDefault("model_id");
        return now.Apply(message with { SessionId = now.SessionId, ModelId = model, Offset = 0, Metadata = metadata });
    }
}
