using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.State;

/// <summary>Makes the items of the events about people.</summary>
internal static class PeopleItem
{
    public static AdminJoinedItem From(SessionTakenOver e, long seq) => new(seq, e.MessageId, e.AdminId, e.AdminName, e.At);

    /// <param name="holder">The holder until this event.</param>
    public static AdminLeftItem From(TakeoverReleased e, SessionHolder holder, long seq) =>
        new(seq, e.MessageId, holder.AdminId, holder.Name, e.Reason, e.At);

    /// <param name="holder">The sender.</param>
    public static AdminItem From(AdminMessageSent e, SessionHolder holder, long seq) =>
        new(seq, e.MessageId, holder.AdminId, holder.Name, e.Content, e.Metadata, e.SentAt, e.At) { Files = e.Files };

    public static NoteItem From(NoteAdded e, long seq) => new(seq, e.MessageId, e.AdminId, e.AdminName, e.Content, e.At);

    /// <summary>The name of a reason in <c>metadata.reason</c> of frames and of the history.</summary>
    public static string ReasonName(ReleaseReason reason) =>
        reason switch
        {
            ReleaseReason.Left => "left",
            ReleaseReason.Transferred => "transferred",
            ReleaseReason.Gone => "gone",
            ReleaseReason.Silent => "silent",
            ReleaseReason.Ended => "ended",
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
        };
}
