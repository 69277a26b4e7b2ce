using System.Collections.Frozen;
using System.Collections.Immutable;
using Chatbox.Messages.Sessions;

namespace Chatbox.Messages.Frames;

/// <summary>
/// A well-formed frame from a client: every field sanitised and within its limits. <see cref="Types"/> lists the types; a new frame is a
/// record below and an entry there. Protocol sections 4 and 5.
/// </summary>
/// <param name="Id">The command id; null if the client gave none.</param>
public abstract record ClientFrame(CommandId? Id)
{
    /// <summary>The value of <c>type</c> in each frame, and how its fields are read.</summary>
    internal static readonly FrozenDictionary<string, Func<CommandId?, FrameFields, ClientFrame>> Types = new Dictionary<
        string,
        Func<CommandId?, FrameFields, ClientFrame>
    >
    {
        ["ping"] = (id, _) => new Ping(id),
        ["user_message"] = Say,
        ["model_select"] = (id, fields) => new ModelSelect(id, new ModelId(fields.Required("model_id"))),
        ["stop"] = (id, fields) => new Stop(id, fields.MessageId()),
        ["regenerate"] = (id, _) => new Regenerate(id),
        ["typing_indicator"] = (id, fields) => new TypingIndicator(id, fields.OneOf("content", "start", "stop") == "start"),
        ["token_refresh"] = (id, fields) => new TokenRefresh(id, fields.Required("content")),
        ["file_upload"] = (id, fields) => File(id, fields, MessageForm.FileUpload),
        ["voice_message"] = (id, fields) => File(id, fields, MessageForm.VoiceMessage),
        ["transcribe"] = TranscribeAgain,
        ["help_request"] = (id, _) => new HelpRequest(id),
        ["feedback"] = Rate,
        ["seen"] = (id, fields) => new Seen(id, fields.PlaceInMetadata("seq")),
        ["admin_join"] = (id, _) => new AdminJoin(id),
        ["admin_leave"] = (id, _) => new AdminLeave(id),
        ["admin_transfer"] = (id, fields) => new AdminTransfer(id, fields.UserId("content")),
        ["admin_decline"] = (id, _) => new AdminDecline(id),
        ["note"] = (id, fields) => new Note(id, fields.Required("content")),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The session that the client names; null if the frame names none, or an impossible id.</summary>
    public SessionId? SessionId { get; init; }

    /// <summary>Checks that the connection is alive: <c>{"type":"ping"}</c> is answered with <c>{"type":"pong"}</c>.</summary>
    public sealed record Ping(CommandId? Id) : ClientFrame(Id);

    /// <summary>Sends a person's message: words, files or both.</summary>
    /// <param name="Content">Empty only if there are files.</param>
    /// <param name="SentAt">The client's time stamp; null for the time of receipt.</param>
    public sealed record UserMessage(
        CommandId? Id,
        string Content,
        ImmutableSortedDictionary<string, string> Metadata,
        DateTimeOffset? SentAt
    ) : ClientFrame(Id)
    {
        /// <summary>The files that the message carries; null for none.</summary>
        public ClientFiles? Files { get; init; }
    }

    /// <summary>Chooses the model for the following answers.</summary>
    public sealed record ModelSelect(CommandId? Id, ModelId ModelId) : ClientFrame(Id);

    /// <summary>Stops the running answer.</summary>
    /// <param name="MessageId">The answer to stop, or the message that it answers; null for whichever answer is running.</param>
    public sealed record Stop(CommandId? Id, MessageId? MessageId) : ClientFrame(Id);

    /// <summary>Asks for another answer to the last message.</summary>
    public sealed record Regenerate(CommandId? Id) : ClientFrame(Id);

    /// <summary>Asks for the transcript of a voice message that has none.</summary>
    /// <param name="MessageId">The voice message.</param>
    public sealed record Transcribe(CommandId? Id, MessageId MessageId) : ClientFrame(Id);

    /// <summary>Reports that the user has started or stopped typing.</summary>
    public sealed record TypingIndicator(CommandId? Id, bool Typing) : ClientFrame(Id);

    /// <summary>Replaces the socket's token with a newer token of the same user.</summary>
    public sealed record TokenRefresh(CommandId? Id, string Token) : ClientFrame(Id)
    {
        // A record prints its members, and a token must not reach a log.
        public override string ToString() => nameof(TokenRefresh);
    }

    /// <summary>Asks for a person.</summary>
    public sealed record HelpRequest(CommandId? Id) : ClientFrame(Id);

    /// <summary>Rates a message, or the conversation.</summary>
    /// <param name="MessageId">The rated message; null for the conversation as a whole.</param>
    /// <param name="Up">A good rating, rather than a bad one.</param>
    /// <param name="Comment">Null if the client gave none.</param>
    public sealed record Feedback(CommandId? Id, MessageId? MessageId, bool Up, string? Comment) : ClientFrame(Id);

    /// <summary>Reports how far the client has shown the conversation.</summary>
    /// <param name="Seq">The place of the furthest item that a person has had on the screen.</param>
    public sealed record Seen(CommandId? Id, long Seq) : ClientFrame(Id);

    /// <summary>A frame that only an admin may send, about the session of another user.</summary>
    public abstract record OfAdmin(CommandId? Id) : ClientFrame(Id);

    /// <summary>Takes the session over.</summary>
    public sealed record AdminJoin(CommandId? Id) : OfAdmin(Id);

    /// <summary>Gives the session back to the model.</summary>
    public sealed record AdminLeave(CommandId? Id) : OfAdmin(Id);

    /// <summary>Offers the session to another admin.</summary>
    public sealed record AdminTransfer(CommandId? Id, UserId To) : OfAdmin(Id);

    /// <summary>Declines an offered session.</summary>
    public sealed record AdminDecline(CommandId? Id) : OfAdmin(Id);

    /// <summary>Adds a private note, which only admins are shown.</summary>
    public sealed record Note(CommandId? Id, string Content) : OfAdmin(Id);

    private static Feedback Rate(CommandId? id, FrameFields fields)
    {
        var up = fields.OneOf("content", "up", "down") == "up";
        fields.RefuseMalformed("metadata");
        var comment = fields.Metadata.GetValueOrDefault("comment");
        return new Feedback(id, fields.MessageId(), up, string.IsNullOrEmpty(comment) ? null : comment);
    }

    private static Transcribe TranscribeAgain(CommandId? id, FrameFields fields)
    {
        fields.Required("message_id");
        return new Transcribe(id, fields.MessageId()!.Value);
    }

    private static UserMessage Say(CommandId? id, FrameFields fields)
    {
        var files = ClientFiles.InMetadata(fields);
        return new UserMessage(id, files is null ? fields.Required("content") : fields["content"] ?? "", fields.Metadata, null)
        {
            Files = files,
        };
    }

    private static UserMessage File(CommandId? id, FrameFields fields, MessageForm form) =>
        new(id, fields["content"] ?? "", fields.Metadata, null) { Files = ClientFiles.Of(fields, form) };
}

/// <summary>The reason why a client's frame was refused. The client receives it as one <c>error</c> frame.</summary>
/// <param name="Code">One of <see cref="ErrorCode"/>.</param>
/// <param name="Message">The mistake, for the developer of a client.</param>
/// <param name="Field">The field with the mistake; null if the mistake is not in one field.</param>
/// <param name="Id">The command id of the frame; null if it was missing or unreadable.</param>
public sealed record FrameRefusal(string Code, string Message, string? Field, CommandId? Id);

/// <summary>Carries a refusal from the check of one field to <see cref="FrameReader"/>, which turns it into a <see cref="FrameRefusal"/>.</summary>
internal sealed class FrameRefusedException(string code, string field, string message) : Exception(message)
{
    public string Code { get; } = code;

    public string Field { get; } = field;
}
