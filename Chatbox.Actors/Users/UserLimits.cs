using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Users;

/// <summary>Counts a user's messages, other commands, and calls as an admin, each against a limit of its own. Lives in memory only.</summary>
internal sealed class UserLimits(UserOptions options, IChatboxMetrics metrics, TimeProvider clock)
{
    // Created when they are needed: most users only watch.
    private MessageWindow Messages => field ??= new MessageWindow(options.MessagesPerMinute, clock);
    private MessageWindow Commands => field ??= new MessageWindow(options.CommandsPerMinute, clock);
    private CallLeases Calls => field ??= new CallLeases(options.AdminCalls, clock);

    /// <inheritdoc cref="CallLeases.IsCounting" />
    public bool IsCountingCalls => Calls.IsCounting;

    /// <inheritdoc cref="CallLeases.Grant" />
    public CallsLeased Grant(LeaseCalls request) => Calls.Grant(request);

    /// <summary>Counts the command. Returns how long it has to wait; null if it is within its limit.</summary>
    public TimeSpan? Count(AdmitCommand command) =>
        command.CountsAsMessage ? Count(command.CommandId, command.Attempt) : Count(command.CommandId);

    /// <inheritdoc cref="Count(AdmitCommand)" />
    public TimeSpan? Count(CountCommand command) =>
        command.CountsAsMessage ? Count(command.CommandId, command.Attempt) : Count(command.CommandId);

    private TimeSpan? Count(CommandId message, long attempt)
    {
        var wait = Messages.Admit(message, attempt);
        if (wait is not null)
            metrics.LimitHit("message");
        return wait;
    }

    /// <summary>
    /// Counts a command that costs no answer. Returns how long it has to wait; null if it is within its limit. A repetition is not
    /// subtracted: an id counts once, whether the command had an effect or not.
    /// </summary>
    private TimeSpan? Count(CommandId command)
    {
        var wait = Commands.Admit(command, attempt: 0);
        if (wait is not null)
            metrics.LimitHit("command");
        return wait;
    }

    /// <summary>A message turned out to be a repetition: its admission no longer counts.</summary>
    public void Forget(ForgetCommand forget) => Messages.Forget(forget.CommandId, forget.Attempt);
}
