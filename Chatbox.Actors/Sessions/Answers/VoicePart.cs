using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Voice;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Sessions.Answers;

/// <summary>What a prompt has of a voice message: the words that were written, then those that were said.</summary>
internal static class VoicePart
{
    /// <summary>The message with its transcript in place of its recordings; as it is without a transcript.</summary>
    public static UserItem Heard(SessionState state, UserItem message)
    {
        if (
            message.Files is not { Form: MessageForm.VoiceMessage } files
            || state.TranscriptOf(message.MessageId) is not { Failure: null, Text: var said }
        )
            return message;
        var rest = files.Files.RemoveAll(Transcriber.IsSound);
        return message with
        {
            Content = message.Content.Length == 0 ? said : $"{message.Content}\n\n{said}",
            Files = rest.IsEmpty ? null : new MessageFiles(MessageForm.FileUpload, rest),
        };
    }
}
