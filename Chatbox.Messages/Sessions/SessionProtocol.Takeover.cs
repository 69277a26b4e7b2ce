using System.Collections.Immutable;

namespace Chatbox.Messages.Sessions;

/// <summary>The commands with which admins take part in a session, and the events they cause.</summary>
public static partial class SessionProtocol
{
    /// <summary>
    /// A command of an admin, to a session of any owner. The sender has checked the admin's role. The admin is the command's
    /// <see cref="IIdentifiedCommand.UserId"/>. Command ids are remembered per admin, apart from the owner's.
    /// </summary>
    public interface IAdminCommand : IIdentifiedCommand
    {
        /// <summary>Whether the client gave the command id and waits for an <c>ack</c>.</summary>
        bool Named { get; }
    }

    /// <summary>
    /// Makes the admin the session's holder: the owner's messages go to the admin, and no model answers. The holder again is accepted, and
    /// so is the admin to whom the holder has offered the session. Everybody else is refused with <see cref="Refusal.HeldByAnother"/>.
    /// </summary>
    /// <param name="AdminName">The name that the owner is shown.</param>
    public sealed record TakeOver(SessionId SessionId, CommandId CommandId, UserId UserId, string AdminName) : IAdminCommand
    {
        public bool Named { get; init; }
    }

    /// <summary>Ends the admin's takeover: the model answers the owner's next message.</summary>
    public sealed record LeaveTakeover(SessionId SessionId, CommandId CommandId, UserId UserId) : IAdminCommand
    {
        public bool Named { get; init; }

        /// <summary>An operator ends the takeover of whoever holds the session.</summary>
        public bool ByOperator { get; init; }
    }

    /// <summary>
    /// Offers the session to another admin, who accepts with <see cref="TakeOver"/>. The holder keeps it until then. A later offer replaces
    /// the earlier one.
    /// </summary>
    public sealed record OfferTransfer(SessionId SessionId, CommandId CommandId, UserId UserId, UserId To) : IAdminCommand
    {
        public bool Named { get; init; }
    }

    /// <summary>Declines the offer that was made to this admin.</summary>
    public sealed record DeclineTransfer(SessionId SessionId, CommandId CommandId, UserId UserId) : IAdminCommand
    {
        public bool Named { get; init; }
    }

    /// <summary>Adds the holder's message to the conversation.</summary>
    /// <inheritdoc cref="SubmitMessage" path="/param" />
    public sealed record SubmitAdminMessage(
        SessionId SessionId,
        CommandId CommandId,
        bool Named,
        UserId UserId,
        string Content,
        ImmutableSortedDictionary<string, string> Metadata,
        DateTimeOffset SentAt
    ) : IAdminCommand
    {
        /// <summary>The files that the message carries; null for none.</summary>
        public MessageFiles? Files { get; init; }
    }

    /// <summary>Adds a note that only admins ever see. Any admin may add one, also to a session that has ended.</summary>
    /// <inheritdoc cref="SubmitMessage" path="/param" />
    public sealed record AddNote(SessionId SessionId, CommandId CommandId, bool Named, UserId UserId, string AdminName, string Content)
        : IAdminCommand;

    /// <summary>
    /// An admin took the session over. The ends of all its answers come before this event, in the same write, and no answer follows before
    /// the release.
    /// </summary>
    /// <param name="MessageId">The id of the item that shows it.</param>
    public sealed record SessionTakenOver(
        SessionId SessionId,
        CommandId CommandId,
        MessageId MessageId,
        UserId AdminId,
        string AdminName,
        DateTimeOffset At
    ) : ISessionEvent
    {
        /// <summary>Messages of the owner lost their answer to the takeover: the owner waits for the admin.</summary>
        public bool Interrupted { get; init; }
    }

    /// <summary>The takeover ended.</summary>
    /// <param name="CommandId">The admin's command; null if the session released itself.</param>
    /// <param name="MessageId">The id of the item that shows it.</param>
    public sealed record TakeoverReleased(
        SessionId SessionId,
        CommandId? CommandId,
        MessageId MessageId,
        ReleaseReason Reason,
        DateTimeOffset At
    ) : ISessionEvent
    {
        /// <summary>The sender of the command, if this is not the holder.</summary>
        public UserId? By { get; init; }
    }

    /// <summary>The holder offered the session to another admin.</summary>
    public sealed record TransferOffered(SessionId SessionId, CommandId CommandId, UserId To, DateTimeOffset At) : ISessionEvent;

    /// <summary>The other admin declined the offer.</summary>
    public sealed record TransferDeclined(SessionId SessionId, CommandId CommandId, DateTimeOffset At) : ISessionEvent;

    /// <summary>The holder's message became part of the conversation.</summary>
    /// <inheritdoc cref="SubmitMessage" path="/param" />
    public sealed record AdminMessageSent(
        SessionId SessionId,
        CommandId CommandId,
        MessageId MessageId,
        string Content,
        ImmutableSortedDictionary<string, string> Metadata,
        DateTimeOffset SentAt,
        DateTimeOffset At
    ) : ISessionEvent
    {
        /// <summary>The files that the message carries; null for none.</summary>
        public MessageFiles? Files { get; init; }
    }

    /// <summary>
    /// The holder's last socket has gone, or the session restarted without it. From now on the takeover lasts for
    /// <c>ADMIN_GONE_AFTER</c>, unless the holder comes back.
    /// </summary>
    public sealed record HolderAway(SessionId SessionId, DateTimeOffset At) : ISessionEvent;

    /// <summary>A socket of the holder is there again.</summary>
    public sealed record HolderBack(SessionId SessionId, DateTimeOffset At) : ISessionEvent;

    /// <summary>An admin added a note for admins.</summary>
    public sealed record NoteAdded(
        SessionId SessionId,
        CommandId CommandId,
        MessageId MessageId,
        UserId AdminId,
        string AdminName,
        string Content,
        DateTimeOffset At
    ) : ISessionEvent;

    /// <summary>One side has shown every item up to a place.</summary>
    /// <param name="Seq">The place of the last item that was shown.</param>
    public sealed record SeenMarked(SessionId SessionId, ConversationSide Side, long Seq, DateTimeOffset At) : ISessionEvent;
}
