using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.State;

/// <summary>The last message is answered again.</summary>
internal sealed partial record SessionState
{
    /// <summary>What would be answered again; never leaves the state before another message comes.</summary>
    public UserItem? LastQuestion => Items.FindLast(i => i is UserItem) as UserItem;

    private SessionState Apply(AnswerRegenerated e, long seq)
    {
        if (Running is not null || LastQuestion is not { } last || last.MessageId != e.QuestionId)
            throw new InvalidOperationException($"Message {e.QuestionId} cannot be answered again now.");
        var question = last with { AnswerId = e.AnswerId };
        var items = Items.SetItem(Items.FindLastIndex(i => i is UserItem), question);
        if (items.FindLastIndex(i => i.MessageId == last.AnswerId) is var earlier and >= 0)
            items = items.SetItem(earlier, (AnswerItem)items[earlier] with { Superseded = true });
        var next = this with
        {
            Items = items,
            Running = Begin(question, e.At, e.At),
            Totals = Totals?.ActiveAt(e.At),

            // The provider's own memory holds the earlier answer: it is given the conversation anew, without it.
            ProviderConversation = null,
        };
        return next.Acknowledge(e.CommandId, seq, e.AnswerId, e.At);
    }
}
