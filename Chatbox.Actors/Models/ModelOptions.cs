using Chatbox.Messages;

namespace Chatbox.Actors.Models;

/// <summary>One model that people can talk with, as configured.</summary>
/// <param name="Id"><c>LLM_PROVIDER_n_ID</c>, unique.</param>
/// <param name="Name">What people see.</param>
/// <param name="Provider">The adapter: <c>openai</c>, <c>anthropic</c>, <c>dify</c> or <c>demo</c>; the label of its metrics.</param>
public sealed record ModelDescription(ModelId Id, string Name, string Provider)
{
    /// <summary>Prompt budget in tokens (<c>LLM_PROVIDER_n_CONTEXT_TOKENS</c>), 256 to 10000000.</summary>
    public int ContextTokens { get; init; } = 32_768;

    /// <summary>Most tokens of one answer, taken from the context budget (<c>LLM_PROVIDER_n_MAX_OUTPUT_TOKENS</c>), 16 to 131072.</summary>
    public int MaxOutputTokens { get; init; } = 4_096;

    /// <summary>Answers that may run at once on one node (<c>LLM_PROVIDER_n_MAX_CONCURRENT</c>), 1 to 100000.</summary>
    public int MaxConcurrent { get; init; } = 1_000;

    /// <summary>Longest silence before the first text, for a model that starts slowly (<c>LLM_PROVIDER_n_FIRST_TOKEN_TIMEOUT</c>); null for the common one.</summary>
    public TimeSpan? FirstTokenTimeout { get; init; }

    /// <summary>What the model thinks is shown to the people who watch (<c>LLM_PROVIDER_n_SHOW_THINKING</c>, <c>LLM_SHOW_THINKING</c>).</summary>
    public bool ShowsThinking { get; init; }
}

/// <summary>Deadlines and limits of every model call. Protocol section 10, "Upstream".</summary>
public sealed record ModelOptions
{
    /// <summary>Every configured model, in configured order; never empty.</summary>
    public required IReadOnlyList<ModelDescription> Models { get; init; }

    /// <summary>The model of a new session (<c>LLM_DEFAULT_MODEL</c>, else the first).</summary>
    public required ModelId Default { get; init; }

    /// <summary>Sent before every conversation (<c>LLM_SYSTEM_PROMPT</c>); null for none.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>Longest silence before the first text (<c>LLM_FIRST_TOKEN_TIMEOUT</c>). Silence is no byte, not no text.</summary>
    public TimeSpan FirstTokenTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest silence after the first text (<c>LLM_TOKEN_GAP_TIMEOUT</c>).</summary>
    public TimeSpan GapTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time for a whole answer, tries included (<c>LLM_STREAM_TIMEOUT</c>).</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How often a provider is asked while its response has not begun (<c>LLM_MAX_TRIES</c>), 1 to 10.</summary>
    public int MaxTries { get; init; } = 3;

    /// <summary>Wait before the second try; doubled for each later one, with jitter (<c>LLM_RETRY_DELAY</c>).</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Failed tries in a row that open a model's circuit breaker (<c>LLM_BREAKER_FAILURES</c>), 1 to 1000.</summary>
    public int BreakerFailures { get; init; } = 10;

    /// <summary>How long an open breaker refuses before it lets one probe through (<c>LLM_BREAKER_OPEN</c>).</summary>
    public TimeSpan BreakerOpen { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest answer, in UTF-16 code units; a longer one ends with <c>length</c>.</summary>
    public int MaxAnswerLength { get; init; } = 262_144;

    /// <summary>The model's own limit of silence before its first text, else the common one.</summary>
    public TimeSpan FirstTokenTimeoutOf(ModelDescription model) => model.FirstTokenTimeout ?? FirstTokenTimeout;
}
