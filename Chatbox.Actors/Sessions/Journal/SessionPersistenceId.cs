using Chatbox.Messages;

namespace Chatbox.Actors.Sessions.Journal;

/// <summary>The persistence id of a session: the key of its rows in journal and snapshot store. Never changes.</summary>
public static class SessionPersistenceId
{
    private const string Prefix = "session-";

    public static string Of(SessionId session) => $"{Prefix}{session}";

    /// <summary>Reads the session from the persistence id of a row; false for a row of anything but a session.</summary>
    public static bool TryParse(string id, out SessionId session)
    {
        session = default;
        return id.StartsWith(Prefix, StringComparison.Ordinal) && SessionId.TryParse(id[Prefix.Length..], out session);
    }
}
