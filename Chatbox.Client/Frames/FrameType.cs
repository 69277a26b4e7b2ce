namespace Chatbox.Client.Frames;

/// <summary>The values of <c>type</c> in frames of the server. Protocol section 5, "Server to client". Ignore types that you do not know.</summary>
public static class FrameType
{
    public const string ConnectionStatus = "connection_status";
    public const string Ack = "ack";
    public const string UserMessage = "user_message";
    public const string Loading = "loading";
    public const string AiResponse = "ai_response";
    public const string Error = "error";
    public const string Notification = "notification";
    public const string TypingIndicator = "typing_indicator";
    public const string Pong = "pong";
    public const string FileUpload = "file_upload";
    public const string VoiceMessage = "voice_message";
    public const string Transcript = "transcript";
    public const string Speech = "speech";
    public const string AdminJoin = "admin_join";
    public const string AdminLeave = "admin_leave";
    public const string AdminTransfer = "admin_transfer";
    public const string Note = "note";
    public const string Seen = "seen";
    public const string Presence = "presence";
}
