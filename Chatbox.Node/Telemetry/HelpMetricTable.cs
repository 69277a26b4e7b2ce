using static Chatbox.Node.Telemetry.MetricType;

namespace Chatbox.Node.Telemetry;

/// <summary>The series about requests for help and about the people who answer them.</summary>
internal static class HelpMetricTable
{
    private static readonly double[] WaitBuckets = [5, 15, 30, 60, 120, 300, 600, 1800, 3600, 14400, 86400];

    public static readonly MetricDefinition Waiting = new(
        "chatbox_help_waiting",
        Gauge,
        "sessions",
        "Sessions that wait for a person; only on the node where the help desk lives."
    )
    {
        IsOptional = true,
    };

    public static readonly MetricDefinition LongestWait = new(
        "chatbox_help_longest_wait_seconds",
        Gauge,
        "seconds",
        "Time since the earliest request in the queue, 0 for an empty queue; only on the node where the help desk lives."
    )
    {
        IsOptional = true,
    };

    public static readonly MetricDefinition Held = new(
        "chatbox_sessions_held",
        Gauge,
        "sessions",
        "Sessions that admins hold; only on the node where the help desk lives."
    )
    {
        IsOptional = true,
    };

    public static readonly MetricDefinition Taken = new(
        "chatbox_help_taken_seconds",
        Histogram,
        "seconds",
        "Time that a session waited in the queue until an admin took it over."
    )
    {
        Buckets = WaitBuckets,
    };

    public static readonly MetricDefinition Answered = new(
        "chatbox_help_first_reply_seconds",
        Histogram,
        "seconds",
        "Time from a request for help to the first message of an admin."
    )
    {
        Buckets = WaitBuckets,
    };

    public static IReadOnlyList<MetricDefinition> All { get; } = [Waiting, LongestWait, Held, Taken, Answered];
}
