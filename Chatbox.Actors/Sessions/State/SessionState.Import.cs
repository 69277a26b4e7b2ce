using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.State;

/// <summary>What was said in the replaced service.</summary>
internal sealed partial record SessionState
{
    private static ImportedItem Item(MessageImported e, long seq) =>
        new(seq, e.MessageId, e.Sender, e.Content, e.Metadata, e.ModelId, e.FileId, e.FileUrl, e.At);
}
