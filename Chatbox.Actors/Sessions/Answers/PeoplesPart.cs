using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Sessions.Answers;

/// <summary>
/// What people said to the owner, as the prompt of a model contains it: marked where a person came and went, and at each message, so that a
/// model takes it neither for its own words nor for the owner's.
/// </summary>
internal static class PeoplesPart
{
    /// <summary>The text in the prompt; null for an item of the owner or a model.</summary>
    public static string? Of(SessionItem item) =>
        item switch
        {
            AdminJoinedItem joined => $"[From here on {joined.AdminName}, a person of the staff, answered instead of the assistant.]",
            AdminItem message => $"[{message.AdminName}, a person of the staff, wrote:]\n{FilesPart.Of(message.Content, message.Files)}",
            AdminLeftItem { Reason: not ReleaseReason.Transferred } left =>
                $"[Here {left.AdminName} left. From here on the assistant answers again.]",
            AdminLeftItem left => $"[Here {left.AdminName} left. Another person answered.]",
            _ => null,
        };
}
