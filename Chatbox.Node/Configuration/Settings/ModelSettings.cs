using Chatbox.Actors.Models;
using Chatbox.Messages;
using Chatbox.Node.Configuration.Formats;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>What holds for every model.</summary>
internal static class ModelSettings
{
    private static readonly ModelOptions Defaults = new() { Models = [], Default = default };

    public static readonly SettingSection Section = new("Models", "LLM_", "llm", "chatbox:llm");

    public static readonly Setting<string> DefaultModel = Section.Add(
        "LLM_DEFAULT_MODEL",
        Values.Text(ModelId.MaxLength),
        "",
        "Id of the model of a new session.",
        "the first one configured"
    );

    public static readonly Setting<string> SystemPrompt = Section.Add(
        "LLM_SYSTEM_PROMPT",
        Values.Prose(100_000),
        "",
        "Sent to the model before every conversation."
    );

    public static readonly Setting<IReadOnlyList<HostRule>> HttpHosts = Section.Add(
        "LLM_HTTP_HOSTS",
        ModelValues.Hosts,
        [],
        "Hosts of your own network whose models may be reached over http: what is said crosses that network in clear text. "
            + "Loopback, private addresses, and names without a dot or ending in .local, .internal, .svc or .localhost need not be listed."
    );

    public static readonly Setting<TimeSpan> AnswerTimeout = Section.Add(
        "LLM_STREAM_TIMEOUT",
        Values.Duration("10ms", "24h"),
        Defaults.AnswerTimeout,
        "Longest time for a whole answer, tries included."
    );

    public static readonly Setting<TimeSpan> FirstTokenTimeout = Section.Add(
        "LLM_FIRST_TOKEN_TIMEOUT",
        Values.Duration("10ms", "1h"),
        Defaults.FirstTokenTimeout,
        "Longest silence of a provider before the first text of an answer. Silence is no byte: thinking and keep-alives are none."
    );

    public static readonly Setting<TimeSpan> GapTimeout = Section.Add(
        "LLM_TOKEN_GAP_TIMEOUT",
        Values.Duration("10ms", "1h"),
        Defaults.GapTimeout,
        "Longest silence of a provider after the first text of an answer."
    );

    public static readonly Setting<bool?> ShowThinking = Section.Add(
        "LLM_SHOW_THINKING",
        Values.Switch,
        false,
        "Whether people see what models think before they answer. It is not stored and never part of a prompt."
    );

    public static readonly Setting<int> MaxTries = Section.Add(
        "LLM_MAX_TRIES",
        Values.Number(1, 10),
        Defaults.MaxTries,
        "How often a provider is asked while its response has not begun."
    );

    public static readonly Setting<TimeSpan> RetryDelay = Section.Add(
        "LLM_RETRY_DELAY",
        Values.Duration("1ms", "1m"),
        Defaults.RetryDelay,
        "Wait before the second try; doubled for each later one, with jitter."
    );

    public static readonly Setting<int> BreakerFailures = Section.Add(
        "LLM_BREAKER_FAILURES",
        Values.Number(1, 1_000),
        Defaults.BreakerFailures,
        "Failed tries in a row that open a model's circuit breaker."
    );

    public static readonly Setting<TimeSpan> BreakerOpen = Section.Add(
        "LLM_BREAKER_OPEN",
        Values.Duration("10ms", "1h"),
        Defaults.BreakerOpen,
        "How long an open breaker refuses before it lets one probe through."
    );
}
