using System.Globalization;
using Chatbox.Messages.Sessions;

namespace Chatbox.Messages.Frames;

/// <summary>Frames about people who help people: the request for help, the takeover, the admin's words and tools. Protocol section 5.</summary>
public static class PeopleFrames
{
    private const string AdminId = "admin_id";
    private const string AdminName = "admin_name";

    /// <summary>An admin, as the people in a session see the admin.</summary>
    public readonly record struct Admin(UserId Id, string Name);

    /// <summary>Confirms a <c>help_request</c> to every viewer.</summary>
    public static ReadOnlyMemory<byte> HelpRequested(SessionId session, DateTimeOffset at) =>
        ServerFrame.Render(
            ServerFrameType.ConnectionStatus,
            session,
            "ai",
            at,
            json =>
            {
                json.WriteString("content", "You have asked for a person. Somebody will join this conversation.");
                json.WriteMetadata(("help_requested", "true"));
            }
        );

    /// <summary>Tells the user their place in the queue of those who wait for a person.</summary>
    /// <param name="place">1 for the next.</param>
    /// <param name="waiting">How many wait in all.</param>
    /// <param name="notice">A sentence for outside the hours of the help desk; null within them.</param>
    public static ReadOnlyMemory<byte> QueuePlace(SessionId session, int place, int waiting, string? notice, DateTimeOffset at)
    {
        var text = place == 1 ? "You are the next in the queue." : $"You are number {place} in the queue.";
        return ConnectionFrames.Notification(
            session,
            string.IsNullOrEmpty(notice) ? text : $"{text} {notice}",
            "queue_position",
            at,
            ("position", place.ToString(CultureInfo.InvariantCulture)),
            ("waiting", waiting.ToString(CultureInfo.InvariantCulture))
        );
    }

    /// <summary>An admin has taken the session over.</summary>
    public static ReadOnlyMemory<byte> Joined(SessionId session, long seq, MessageId message, Admin admin, DateTimeOffset at) =>
        Item(ServerFrameType.AdminJoin, session, seq, message, admin, at);

    /// <summary>The admin no longer holds the session.</summary>
    /// <param name="reason">The value of <c>metadata.reason</c>: <c>left</c>, <c>transferred</c>, <c>gone</c>, <c>silent</c> or <c>ended</c>.</param>
    public static ReadOnlyMemory<byte> Left(
        SessionId session,
        long seq,
        MessageId message,
        Admin admin,
        string reason,
        DateTimeOffset at
    ) => Item(ServerFrameType.AdminLeave, session, seq, message, admin, at, ("reason", reason));

    /// <summary>The admin's message: a <c>user_message</c>, or a frame with files, of the sender <c>admin</c>.</summary>
    public static ReadOnlyMemory<byte> Message(
        SessionId session,
        long seq,
        MessageId message,
        string content,
        IReadOnlyDictionary<string, string> metadata,
        Admin admin,
        DateTimeOffset at,
        MessageFiles? files = null,
        Func<MessageFile, string?>? addressOf = null
    ) =>
        ServerFrame.Render(
            FileFrames.TypeOf(files),
            session,
            "admin",
            at,
            json =>
            {
                var (text, fitting) = MessageSize.Fit(content, metadata);
                json.WriteString("content", text);
                json.WriteNumber("seq", seq);
                json.WriteString("message_id", message.Value);
                json.WriteFiles(files, addressOf);
                json.WriteMetadata([
                    .. fitting.Where(m => m.Key is not (AdminId or AdminName)).Select(m => (m.Key, m.Value)),
                    (AdminId, admin.Id.Value),
                    (AdminName, admin.Name),
                ]);
            }
        );

    /// <summary>A private note on the session. Only admins are ever sent it.</summary>
    public static ReadOnlyMemory<byte> Note(
        SessionId session,
        long seq,
        MessageId message,
        string content,
        Admin admin,
        DateTimeOffset at
    ) =>
        ServerFrame.Render(
            ServerFrameType.Note,
            session,
            "admin",
            at,
            json =>
            {
                json.WriteString("content", content);
                json.WriteNumber("seq", seq);
                json.WriteString("message_id", message.Value);
                json.WriteMetadata((AdminId, admin.Id.Value), (AdminName, admin.Name));
            }
        );

    /// <summary>Tells the session's admins what became of an offer to hand the session over.</summary>
    /// <param name="holder">The admin who has offered it.</param>
    /// <param name="to">The admin to whom it is offered.</param>
    /// <param name="state">The value of <c>metadata.state</c>: <c>offered</c>, <c>declined</c> or <c>expired</c>.</param>
    public static ReadOnlyMemory<byte> Transfer(SessionId session, Admin holder, UserId to, string state, DateTimeOffset at) =>
        ServerFrame.Render(
            ServerFrameType.AdminTransfer,
            session,
            "admin",
            at,
            json => json.WriteMetadata((AdminId, holder.Id.Value), (AdminName, holder.Name), ("to", to.Value), ("state", state))
        );

    /// <summary>Tells the other side how far a side has seen the conversation.</summary>
    /// <param name="byAdmin">The admin has seen it, rather than the user.</param>
    /// <param name="seen">
    /// The furthest item that this side has shown. It is in the metadata, because the field <c>seq</c> is the frame's own place.
    /// </param>
    public static ReadOnlyMemory<byte> Seen(SessionId session, bool byAdmin, long seen, DateTimeOffset at) =>
        ServerFrame.Render(
            ServerFrameType.Seen,
            session,
            SenderOf(byAdmin),
            at,
            json => json.WriteMetadata(("seq", seen.ToString(CultureInfo.InvariantCulture)))
        );

    /// <summary>Tells a side whether the other side is there.</summary>
    /// <param name="holder">The admin who is, or is not, there; null if it is the user.</param>
    public static ReadOnlyMemory<byte> Presence(SessionId session, UserId? holder, bool isHere, DateTimeOffset at) =>
        ServerFrame.Render(
            ServerFrameType.Presence,
            session,
            SenderOf(holder is not null),
            at,
            json =>
            {
                json.WriteString("content", isHere ? "here" : "away");
                if (holder is { } admin)
                    json.WriteMetadata((AdminId, admin.Value));
            }
        );

    internal static string SenderOf(bool byAdmin) => byAdmin ? "admin" : "user";

    private static ReadOnlyMemory<byte> Item(
        string type,
        SessionId session,
        long seq,
        MessageId message,
        Admin admin,
        DateTimeOffset at,
        params (string Key, string Value)[] more
    ) =>
        ServerFrame.Render(
            type,
            session,
            "admin",
            at,
            json =>
            {
                json.WriteNumber("seq", seq);
                json.WriteString("message_id", message.Value);
                json.WriteMetadata([(AdminId, admin.Id.Value), (AdminName, admin.Name), .. more]);
            }
        );
}
