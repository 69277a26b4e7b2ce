using Chatbox.Messages.Frames;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections.Protocol;

/// <summary>The texts of a connection that people read. No text names a field or a frame.</summary>
internal static class ConnectionTexts
{
    public const string NotSaved = "This could not be saved in time. Please try again.";
    public const string Unreadable = "This session cannot be read at present. The operator has been told.";
    public const string TokenWithdrawn = "Your token has been withdrawn.";
    public const string AnotherSession =
        "This message is meant for another conversation than the open one. Open that conversation to write in it.";
    public const string TokenExpired = "Your token has expired.";
    public const string TokenNotAccepted = "The new token is not valid for this user.";
    public const string TooManyCommands = "Too many commands. Please slow down.";
    public const string Draining = "The server is restarting. Please reconnect.";

    /// <param name="left">Time until the token expires.</param>
    public static string TokenExpiring(TimeSpan left)
    {
        var seconds = (long)Math.Ceiling(left.TotalSeconds);
        var (count, unit) = seconds < 60 ? (seconds, "second") : ((seconds + 30) / 60, "minute");
        return $"Your session expires in {count} {unit}{(count == 1 ? "" : "s")}. Enter a new token to stay signed in.";
    }

    /// <summary>The wording is given by protocol section 3.</summary>
    public static string ConnectionLimit(int limit) =>
        $"Connection limit reached. You have the maximum number of simultaneous connections. Close an existing connection to open another ({limit} are allowed).";

    /// <summary>For a client whose message went to another conversation, because the one it looked at has ended.</summary>
    public static string Moved(Ending ending) =>
        ending == Ending.Expired
            ? "The conversation had rested for too long and has ended. This is another one."
            : "The conversation has ended. This is another one.";

    /// <summary>The reason in the metadata of the same notification.</summary>
    public static string MovedReason(Ending ending) => ending == Ending.Expired ? "session_expired" : "session_ended";

    /// <summary>The error for a command that a session has refused: code, text, and the field to blame.</summary>
    public static (string Code, string Text, string? Field) Refused(Refusal reason) =>
        reason switch
        {
            Refusal.NotFound => (ErrorCode.NotFound, "There is no such session.", null),
            Refusal.QueueFull => (ErrorCode.ServiceError, "Too many messages wait for an answer. Send this one again later.", null),
            Refusal.Ended => (ErrorCode.NotFound, "This session has ended. A message begins a new one.", null),
            Refusal.UnknownModel => (ErrorCode.NotFound, "There is no such model.", "model_id"),
            Refusal.NothingToRegenerate => (ErrorCode.NotFound, "There is no message to answer again.", null),
            Refusal.AnswerRunning => (
                ErrorCode.ServiceError,
                "The last message is still being answered. Stop the answer or wait for its end, then ask again.",
                null
            ),
            Refusal.IndexBehind => (
                ErrorCode.DatabaseError,
                "This conversation is not stored everywhere yet. Please try again soon.",
                null
            ),
            Refusal.TooManyMessages => (ErrorCode.TooManyRequests, "Too many messages. Please slow down.", null),
            Refusal.MustReadFirst => (ErrorCode.ServiceError, "Too much is still on its way to you. Please try again in a moment.", null),
            Refusal.Unreadable => (ErrorCode.DatabaseError, Unreadable, null),
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
        };
}
