namespace Chatbox.Actors.HelpDesk;

/// <summary>Settings of the help desk.</summary>
public sealed record HelpDeskOptions
{
    /// <summary>Time without an answer after which a request is escalated, again and again (<c>HELP_ESCALATION</c>).</summary>
    public TimeSpan Escalation { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>When people answer (<c>HELP_HOURS</c>).</summary>
    public HelpHours Hours { get; init; } = HelpHours.Always;
}
