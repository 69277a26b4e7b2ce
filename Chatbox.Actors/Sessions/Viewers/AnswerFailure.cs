using Chatbox.Messages.Frames;

namespace Chatbox.Actors.Sessions.Viewers;

/// <summary>The texts that tell people why an answer failed. They never quote the provider.</summary>
internal static class AnswerFailure
{
    public static string Text(string code) =>
        code switch
        {
            ErrorCode.LlmTimeout => "The model took too long to answer. Please try again.",
            ErrorCode.LlmUnavailable => "The model is not available right now. Please try again later.",
            ErrorCode.TranscriptionFailed => "Your recording could not be turned into text. It is kept: try again, or write.",
            _ => "The answer could not be completed. Please try again.",
        };
}
