namespace Chatbox.Messages.Frames;

/// <summary>The values of <c>type</c> in the frames that the server sends. Protocol section 5.</summary>
public static class ServerFrameType
{
    public const string Ack = "ack";
    public const string AdminJoin = "admin_join";
    public const string AdminLeave = "admin_leave";
    public const string AdminTransfer = "admin_transfer";
    public const string AiResponse = "ai_response";
    public const string ConnectionStatus = "connection_status";
    public const string Error = "error";
    public const string FileUpload = "file_upload";
    public const string Loading = "loading";
    public const string Note = "note";
    public const string Notification = "notification";
    public const string Pong = "pong";
    public const string Presence = "presence";
    public const string Seen = "seen";
    public const string Speech = "speech";
    public const string Transcript = "transcript";
    public const string TypingIndicator = "typing_indicator";
    public const string UserMessage = "user_message";
    public const string VoiceMessage = "voice_message";
}
