using Chatbox.Actors.HelpDesk;
using Chatbox.Node.Configuration.Formats;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of the help desk.</summary>
internal static class HelpSettings
{
    private static readonly HelpDeskOptions Defaults = new();

    public static readonly SettingSection Section = new("Help desk", "HELP_", "chatbox:help");

    public static readonly Setting<TimeSpan> Escalation = Section.Add(
        "HELP_ESCALATION",
        Values.Duration("1s", "24h"),
        Defaults.Escalation,
        "Time without an answer after which a request for help is escalated, and again after each further such time."
    );

    public static readonly Setting<HelpHours> Hours = Section.Add(
        "HELP_HOURS",
        HelpHoursFormat.Hours,
        Defaults.Hours,
        "When people answer requests for help. At other times a request stays in the queue, its owner is told when somebody will be there, and escalations wait. Without hours, somebody is always there."
    );
}
