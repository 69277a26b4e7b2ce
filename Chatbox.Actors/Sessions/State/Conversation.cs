using System.Collections.Immutable;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.State;

/// <summary>
/// The items of a session that are still in memory, oldest first. Bounded: the oldest items leave, unless an answer still needs them.
/// Journal and index keep all items.
/// </summary>
internal sealed record Conversation(SessionBounds Bounds)
{
    /// <summary>Finished items, in order of <see cref="SessionItem.Seq"/>.</summary>
    public ImmutableList<SessionItem> Items { get; private init; } = [];

    /// <summary>Items at and below this place have left memory.</summary>
    public long ReplayableAfter { get; private init; }

    /// <summary>Text and metadata of all items, in UTF-16 code units.</summary>
    private int Length { get; init; }

    /// <summary>The newest message of a person. Stays in memory until another message arrives, so it can be answered again.</summary>
    public UserItem? LastQuestion => Items.FindLast(i => i is UserItem) as UserItem;

    public static Conversation From(SessionSnapshot snapshot) =>
        new(SessionBounds.Default)
        {
            Items = snapshot.Items,
            ReplayableAfter = snapshot.ReplayableAfter,
            Length = snapshot.Items.Sum(i => i.Length),
        };

    public static ImportedItem Imported(MessageImported e, long seq) =>
        new(seq, e.MessageId, e.Sender, e.Content, e.Metadata, e.ModelId, e.FileId, e.FileUrl, e.At);

    /// <summary>Adds an item and drops the oldest ones beyond the bounds.</summary>
    /// <param name="isNeeded">Whether an item must stay, because an answer or a transcription needs it.</param>
    public Conversation Add(SessionItem item, Func<SessionItem, bool> isNeeded)
    {
        var items = Items.Add(item);
        var length = Length + item.Length;
        var through = ReplayableAfter;
        for (var oldest = 0; oldest < items.Count - 1 && (items.Count > Bounds.Items || length > Bounds.Length); )
        {
            if (isNeeded(items[oldest]))
            {
                oldest++;
                continue;
            }

            through = Math.Max(through, items[oldest].Seq);
            length -= items[oldest].Length;
            items = items.RemoveAt(oldest);
        }

        return this with
        {
            Items = items,
            Length = length,
            ReplayableAfter = through,
        };
    }

    /// <summary>Rates an answer or an admin's message.</summary>
    /// <returns>The conversation, and the item's earlier rating; null without one.</returns>
    public (Conversation Rated, Rating? Earlier) Rate(MessageId message, Rating rating)
    {
        var index = Items.FindLastIndex(i => i.MessageId == message && IsRatable(i));
        return index < 0
            ? throw new InvalidOperationException($"Message {message} cannot be rated.")
            : Items[index] switch
            {
                AnswerItem answer => (this with { Items = Items.SetItem(index, answer with { Rating = rating }) }, answer.Rating),
                AdminItem admin => (this with { Items = Items.SetItem(index, admin with { Rating = rating }) }, admin.Rating),
                var other => throw new InvalidOperationException($"{other.GetType().Name} cannot be rated."),
            };
    }

    /// <summary>Whether owners rate such an item.</summary>
    public static bool IsRatable(SessionItem item) => item is AnswerItem or AdminItem;

    /// <summary>The last question gets another answer; its earlier answer stays, marked as superseded.</summary>
    public Conversation Regenerate(UserItem last, MessageId answer)
    {
        var items = Items.SetItem(Items.FindLastIndex(i => i is UserItem), last with { AnswerId = answer });
        if (items.FindLastIndex(i => i.MessageId == last.AnswerId) is var earlier and >= 0)
            items = items.SetItem(earlier, (AnswerItem)items[earlier] with { Superseded = true });
        return this with { Items = items };
    }
}
