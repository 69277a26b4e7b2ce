using System.Collections.Immutable;
using Chatbox.Client.Frames;

namespace Chatbox.Client.Conversations;

/// <summary>Entries in the order of their places; those without a place come last.</summary>
internal static class EntryOrder
{
    /// <summary>Adds an entry, or what has become of it, at its place.</summary>
    public static ImmutableList<ChatEntry> Place(this ImmutableList<ChatEntry> entries, ChatEntry entry)
    {
        var others = entries.Without(entry.Key);
        var index = others.Count;
        while (index > 0 && PlaceOf(others[index - 1]) > PlaceOf(entry))
            index--;
        return others.Insert(index, entry);
    }

    /// <summary>Puts what has become of an entry where the entry is.</summary>
    public static ImmutableList<ChatEntry> Put(this ImmutableList<ChatEntry> entries, ChatEntry entry)
    {
        var index = entries.FindLastIndex(other => other.Key == entry.Key);
        return index < 0 ? entries : entries.SetItem(index, entry);
    }

    public static ImmutableList<ChatEntry> Without(this ImmutableList<ChatEntry> entries, long key)
    {
        var index = entries.FindLastIndex(entry => entry.Key == key);
        return index < 0 ? entries : entries.RemoveAt(index);
    }

    /// <summary>The entry with this id of the server's; null for none.</summary>
    public static ChatEntry? ByMessageId(this ImmutableList<ChatEntry> entries, string? messageId) =>
        messageId is null ? null : entries.FindLast(entry => entry.MessageId == messageId);

    /// <summary>The message of ours with this command id that the server has given no id yet.</summary>
    public static ChatEntry? Unacknowledged(this ImmutableList<ChatEntry> entries, string? commandId) =>
        commandId is null
            ? null
            : entries.FindLast(entry => entry.CommandId == commandId && entry is { Role: EntryRole.User, MessageId: null });

    /// <summary>
    /// The message of ours with files that this frame shows: the server shows it to its sender before its acknowledgement. A file belongs to one message.
    /// </summary>
    public static ChatEntry? UnacknowledgedWith(this ImmutableList<ChatEntry> entries, ChatFrame frame) =>
        frame is { Sender: "user", Files: [{ FileId: var first }, ..] }
            ? entries.Find(entry => entry is { State: EntryState.Pending, FileIds: [var id, ..] } && id == first)
            : null;

    private static long PlaceOf(ChatEntry entry) => entry.Seq ?? long.MaxValue;
}
