using Chatbox.Messages.Frames;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections.Protocol;

/// <summary>The texts of a connection that people read. No text names a field or a frame.</summary>
internal static class ConnectionTexts
{
    public const string NotSaved = "This could not be saved in time. Please try again.";
    public const string Unreadable = "This conversation cannot be read right now. The operator has been told.";
    public const string TokenWithdrawn = "Your token was withdrawn and no longer works. Enter a new token to continue.";
    public const string AnotherSession = "This message belongs to a different conversation. Open that conversation to send it.";
    public const string NoFiles = "This server stores no files. Share a file that is at a public https address.";
    public const string FileAbsent = "There is no such file of yours. Upload it, then send the message again.";
    public const string AddressNotPublic = "The file must be at a public https address.";
    public const string FilesUnavailable = "The file cannot be reached right now. Please try again in a moment.";
    public const string AdminsOnly = "Only administrators can do this.";
    public const string OwnConversation = "This is your own conversation. Open the conversation of the person you want to help.";
    public const string OwnerOnly = "Only the owner of this conversation can do this.";
    public const string RoleLost = "The new token does not make you an administrator, so you can no longer look at this conversation.";
    public const string TokenExpired = "Your sign-in has expired. Enter a new token to continue.";
    public const string TokenNotAccepted = "The new token is not valid, or it belongs to another user.";
    public const string TooManyMessages = "You are sending messages too fast. Please wait a moment.";
    public const string TooManyCommands = "You are doing this too often. Please wait a moment.";
    public const string Erased = "This conversation was deleted.";
    public const string Draining = "The server is restarting. The connection will be back in a moment.";

    /// <param name="left">Time until the token expires.</param>
    public static string TokenExpiring(TimeSpan left)
    {
        var seconds = (long)Math.Ceiling(left.TotalSeconds);
        var (count, unit) = seconds < 60 ? (seconds, "second") : ((seconds + 30) / 60, "minute");
        return $"Your sign-in expires in {count} {unit}{(count == 1 ? "" : "s")}. Enter a new token to stay signed in.";
    }

    /// <summary>The wording is given by protocol section 3.</summary>
    public static string ConnectionLimit(int limit) =>
        $"Connection limit reached. You have the maximum number of simultaneous connections. Close an existing connection to open another ({limit} are allowed).";

    /// <summary>For all devices of a user who has given a conversation a name.</summary>
    public static string Renamed(string name) => $"The conversation is now called “{name}”.";

    /// <summary>For a client whose message went to another conversation, because the one it looked at has ended.</summary>
    public static string Moved(Ending ending) =>
        ending == Ending.Expired
            ? "The conversation ended after a long time without messages. Your message went to another conversation."
            : "The conversation has ended. Your message went to another conversation.";

    /// <summary>The reason in the metadata of the same notification.</summary>
    public static string MovedReason(Ending ending) => ending == Ending.Expired ? "session_expired" : "session_ended";

    /// <summary>The error for a command that a session has refused: code, text, the field to blame, and which of the code's causes it is.</summary>
    public static (string Code, string Text, string? Field, string? Reason) Refused(CommandRefused refused) =>
        refused is { Reason: Refusal.HeldByAnother, Holder: { } holder }
            ? (ErrorCode.ServiceError, HeldBy(holder.Name), null, ErrorReason.HeldByAnother)
            : Refused(refused.Reason);

    /// <summary>For an admin who cannot take a conversation over.</summary>
    public static string HeldBy(string name) => $"{name} has already taken this conversation over.";

    /// <inheritdoc cref="Refused(CommandRefused)" />
    public static (string Code, string Text, string? Field, string? Reason) Refused(Refusal reason) =>
        reason switch
        {
            Refusal.NotFound => (ErrorCode.NotFound, "This conversation does not exist.", null, null),
            Refusal.QueueFull => (
                ErrorCode.ServiceError,
                "Too many messages wait for an answer. Send this message again later.",
                null,
                ErrorReason.QueueFull
            ),
            Refusal.Ended => (
                ErrorCode.NotFound,
                "This conversation has ended. Send a message to start a new one.",
                null,
                ErrorReason.Ended
            ),
            Refusal.UnknownModel => (ErrorCode.NotFound, "This model is not available.", "model_id", null),
            Refusal.NothingToRegenerate => (
                ErrorCode.NotFound,
                "There is no message to answer yet.",
                null,
                ErrorReason.NothingToRegenerate
            ),
            Refusal.AnswerRunning => (
                ErrorCode.ServiceError,
                "An answer is still running. Stop it or wait until it ends, then try again.",
                null,
                ErrorReason.AnswerRunning
            ),
            Refusal.IndexBehind => (
                ErrorCode.DatabaseError,
                "This conversation is not completely stored yet. Please try again in a moment.",
                null,
                ErrorReason.IndexBehind
            ),
            Refusal.TooManyMessages => (ErrorCode.TooManyRequests, TooManyMessages, null, null),
            Refusal.MustReadFirst => (
                ErrorCode.ServiceError,
                "Your connection is too slow to keep up. Please try again in a moment.",
                null,
                ErrorReason.SlowReader
            ),
            Refusal.HeldByAnother => (
                ErrorCode.ServiceError,
                "Another person of the staff has taken this conversation over.",
                null,
                ErrorReason.HeldByAnother
            ),
            Refusal.NotHolder => (
                ErrorCode.ServiceError,
                "You have not taken this conversation over. Take it over first.",
                null,
                ErrorReason.NotHolder
            ),
            Refusal.PersonAnswers => (
                ErrorCode.ServiceError,
                "A person answers now. Models answer again when the person has left.",
                null,
                ErrorReason.PersonAnswers
            ),
            Refusal.NothingOffered => (ErrorCode.NotFound, "This conversation is not offered to you.", null, ErrorReason.NotOffered),
            Refusal.UnknownMessage => (ErrorCode.NotFound, "This message cannot be rated.", "message_id", ErrorReason.UnknownMessage),
            Refusal.NoRecording => (
                ErrorCode.NotFound,
                "There is no such voice message, or it is too old.",
                "message_id",
                ErrorReason.NoRecording
            ),
            Refusal.NoTranscription => (
                ErrorCode.ServiceError,
                "This server does not turn recordings into text.",
                null,
                ErrorReason.NoTranscription
            ),
            Refusal.Unreadable => (ErrorCode.DatabaseError, Unreadable, null, ErrorReason.Unreadable),
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
        };
}
