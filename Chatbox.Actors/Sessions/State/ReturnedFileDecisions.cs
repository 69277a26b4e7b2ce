using Chatbox.Messages;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Sessions.State;

/// <summary>What the state knows of the files that models have returned.</summary>
internal static class ReturnedFileDecisions
{
    /// <summary>Number of files of an answer that are there, as far as the state still holds them.</summary>
    public static int FilesOf(this SessionState state, MessageId answer) =>
        state.Items.Count(item => item is ReturnedFileItem { Returned.File: not null } file && file.Of == answer);

    /// <summary>Whether the answer has this file, or was told of this refusal.</summary>
    public static bool HasFile(this SessionState state, MessageId answer, ReturnedFile returned) =>
        state.Items.Exists(item =>
            item is ReturnedFileItem known
            && known.Of == answer
            && (returned.File is { } file ? known.Returned.File?.Id == file.Id : known.Returned == returned)
        );
}
