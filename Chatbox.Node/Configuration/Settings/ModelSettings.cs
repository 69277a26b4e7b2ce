using Chatbox.Actors.Models;
using Chatbox.Messages;
using Chatbox.Node.Configuration.Formats;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings that apply to every model.</summary>
internal static class ModelSettings
{
    private static readonly ModelOptions Defaults = new() { Models = [], Default = default };

    public static readonly SettingSection Section = new("Models", "LLM_", "llm", "chatbox:llm");

    public static readonly Setting<string> DefaultModel = Section.Add(
        "LLM_DEFAULT_MODEL",
        Values.Text(ModelId.MaxLength),
        "",
        "Id of the model for new sessions.",
        "the first one configured"
    );

    public static readonly Setting<string> SystemPrompt = Section.Add(
        "LLM_SYSTEM_PROMPT",
        Values.Prose(100_000),
        "",
        "Text that the model gets before every conversation."
    );

    public static readonly Setting<IReadOnlyList<HostRule>> HttpHosts = Section.Add(
        "LLM_HTTP_HOSTS",
        ModelValues.Hosts,
        [],
        "Hosts in your own network whose models may be called over http: conversations cross that network in clear text. "
            + "You need not list loopback, private addresses, or names without a dot or ending in .local, .internal, .svc or .localhost."
    );

    public static readonly Setting<TimeSpan> AnswerTimeout = Section.Add(
        "LLM_STREAM_TIMEOUT",
        Values.Duration("10ms", "24h"),
        Defaults.AnswerTimeout,
        "End an answer after this time, retries included."
    );

    public static readonly Setting<TimeSpan> FirstTokenTimeout = Section.Add(
        "LLM_FIRST_TOKEN_TIMEOUT",
        Values.Duration("10ms", "1h"),
        Defaults.FirstTokenTimeout,
        "Give up a request when the provider sends no byte for this long before the first text of an answer. Thinking and keep-alives are bytes."
    );

    public static readonly Setting<TimeSpan> GapTimeout = Section.Add(
        "LLM_TOKEN_GAP_TIMEOUT",
        Values.Duration("10ms", "1h"),
        Defaults.GapTimeout,
        "Give up a request when the provider sends no byte for this long after the first text of an answer."
    );

    public static readonly Setting<bool?> ShowThinking = Section.Add(
        "LLM_SHOW_THINKING",
        Values.Switch,
        false,
        "Whether to show what models think before they answer. Thinking is never stored and never part of a prompt."
    );

    public static readonly Setting<TimeSpan> PieceInterval = Section.Add(
        "STREAM_PIECE_INTERVAL",
        Values.Duration("0", "1s"),
        Defaults.PieceInterval,
        "Interval at which an answer sends what has come of its text as one piece. Only the first piece is sent at once, so later text waits up to this long. 0 sends tokens as they arrive."
    );

    public static readonly Setting<int> MaxTries = Section.Add(
        "LLM_MAX_TRIES",
        Values.Number(1, 10),
        Defaults.MaxTries,
        "Attempts for one answer, as long as the provider has not begun to respond."
    );

    public static readonly Setting<TimeSpan> RetryDelay = Section.Add(
        "LLM_RETRY_DELAY",
        Values.Duration("1ms", "1m"),
        Defaults.RetryDelay,
        "Wait before the first retry, doubled for each further retry, with jitter."
    );

    public static readonly Setting<int> BreakerFailures = Section.Add(
        "LLM_BREAKER_FAILURES",
        Values.Number(1, 1_000),
        Defaults.BreakerFailures,
        "Consecutive failures that open a model's circuit breaker."
    );

    public static readonly Setting<TimeSpan> BreakerOpen = Section.Add(
        "LLM_BREAKER_OPEN",
        Values.Duration("10ms", "1h"),
        Defaults.BreakerOpen,
        "Time for which an open circuit breaker refuses requests before it lets one probe through."
    );
}
