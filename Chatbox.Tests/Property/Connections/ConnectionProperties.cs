using FsCheck.Xunit;

namespace Chatbox.Tests.Property.Connections;

/// <summary>The phases of a connection, under any order of messages.</summary>
public sealed class ConnectionProperties
{
    /// <summary>
    /// Replies that are lost, late, doubled or refused leave every frame with one end and every command with one reply. Nothing is said
    /// before the greeting or after the close, no command goes to a session that the client was not greeted by, and a session that has
    /// dismissed the socket gets no command that comes later.
    /// </summary>
    [Property(MaxTest = 1000, EndSize = 400)]
    public void Every_command_gets_one_reply_in_its_place_under_any_order_of_messages(byte[] steps) => Play(steps, assists: false);

    /// <summary>
    /// The same for an admin's socket at another user's session, which never asks for anything but a slot, a count, and that session: neither
    /// the admin's nor the owner's active session takes part.
    /// </summary>
    [Property(MaxTest = 1000, EndSize = 400)]
    public void Admins_commands_reach_one_session_and_touch_no_other(byte[] steps) => Play(steps, assists: true);

    private static void Play(byte[] steps, bool assists)
    {
        var connection = new SimulatedConnection(assists);
        for (var n = 0; n + 1 < steps.Length; n += 2)
            connection.Step(steps[n], steps[n + 1]);

        connection.Settle();
    }
}
