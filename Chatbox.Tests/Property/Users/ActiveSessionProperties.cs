using FsCheck.Xunit;

namespace Chatbox.Tests.Property.Users;

/// <summary>Promises once and all-devices: the active session, under any order of messages.</summary>
public sealed class ActiveSessionProperties
{
    /// <summary>
    /// At any moment at most one session takes commands, every command takes effect at most once, only a new command or an opening
    /// stops an answer, and sockets without a session share one id.
    /// </summary>
    [Property(MaxTest = 500, EndSize = 600)]
    public void One_session_is_active_and_commands_take_effect_once_under_any_order_of_messages(byte[] steps)
    {
        var network = new SimulatedNetwork();
        for (var n = 0; n + 1 < steps.Length; n += 2)
            network.Step(steps[n], steps[n + 1]);
    }
}
