using Chatbox.Messages;

namespace Chatbox.Actors.Models;

/// <summary>One configured model.</summary>
/// <param name="Id"><c>LLM_PROVIDER_n_ID</c>, unique.</param>
/// <param name="Name">The name that people see.</param>
/// <param name="Provider">The provider type, <c>LLM_PROVIDER_n_TYPE</c>; also a label of its metrics.</param>
public sealed record ModelDescription(ModelId Id, string Name, string Provider)
{
    /// <summary>Greatest size of a prompt with its answer, in tokens (<c>LLM_PROVIDER_n_CONTEXT_TOKENS</c>): 256 to 10000000.</summary>
    public int ContextTokens { get; init; } = 32_768;

    /// <summary>
    /// Greatest length of one answer, in tokens, taken from <see cref="ContextTokens"/> (<c>LLM_PROVIDER_n_MAX_OUTPUT_TOKENS</c>): 16 to
    /// 131072.
    /// </summary>
    public int MaxOutputTokens { get; init; } = 4_096;

    /// <summary>Greatest number of answers that run at once on one node (<c>LLM_PROVIDER_n_MAX_CONCURRENT</c>): 1 to 100000.</summary>
    public int MaxConcurrent { get; init; } = 1_000;

    /// <summary>
    /// Longest silence before the first text (<c>LLM_PROVIDER_n_FIRST_TOKEN_TIMEOUT</c>); null for the value of all models.
    /// </summary>
    public TimeSpan? FirstTokenTimeout { get; init; }

    /// <summary>Whether the model is given pictures (<c>LLM_PROVIDER_n_VISION</c>).</summary>
    public bool Sees { get; init; }

    /// <summary>Whether the model is given PDF documents as they are (<c>LLM_PROVIDER_n_DOCUMENTS</c>); otherwise it gets their text.</summary>
    public bool TakesDocuments { get; init; }

    /// <summary>Whether viewers see the model's thinking (<c>LLM_PROVIDER_n_SHOW_THINKING</c>, <c>LLM_SHOW_THINKING</c>).</summary>
    public bool ShowsThinking { get; init; }
}

/// <summary>The configured models, and the deadlines and limits of their calls. Protocol section 10, "Upstream".</summary>
public sealed record ModelOptions
{
    /// <summary>Every configured model, in the order of its number; never empty.</summary>
    public required IReadOnlyList<ModelDescription> Models { get; init; }

    /// <summary>The model of a new session (<c>LLM_DEFAULT_MODEL</c>, or the first model).</summary>
    public required ModelId Default { get; init; }

    /// <summary>The text sent before every conversation (<c>LLM_SYSTEM_PROMPT</c>); null for none.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>
    /// Longest silence before the first text (<c>LLM_FIRST_TOKEN_TIMEOUT</c>). Silence means that no byte arrives; thinking and keep-alives
    /// are bytes.
    /// </summary>
    public TimeSpan FirstTokenTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest silence after the first text (<c>LLM_TOKEN_GAP_TIMEOUT</c>).</summary>
    public TimeSpan GapTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time for a whole answer, all tries included (<c>LLM_STREAM_TIMEOUT</c>).</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// Least time between two pieces of an answer, the first and the last one excepted (<c>STREAM_PIECE_INTERVAL</c>); zero to send each token
    /// as soon as the session has taken the one before.
    /// </summary>
    public TimeSpan PieceInterval { get; init; } = TimeSpan.FromMilliseconds(33);

    /// <summary>Greatest number of tries while the provider's response has not begun (<c>LLM_MAX_TRIES</c>): 1 to 10.</summary>
    public int MaxTries { get; init; } = 3;

    /// <summary>Wait before the second try (<c>LLM_RETRY_DELAY</c>). It doubles for each later try, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Failed tries in a row that open a model's circuit breaker (<c>LLM_BREAKER_FAILURES</c>): 1 to 1000.</summary>
    public int BreakerFailures { get; init; } = 10;

    /// <summary>Time until an open breaker lets one request probe the model (<c>LLM_BREAKER_OPEN</c>).</summary>
    public TimeSpan BreakerOpen { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Greatest length of an answer, in UTF-16 code units. A longer answer ends with <c>length</c>.</summary>
    public int MaxAnswerLength { get; init; } = 262_144;

    /// <summary>Longest time to read the files of a prompt. Files that take longer are only named to the model.</summary>
    public TimeSpan FilesTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Longest wait, once the text of an answer is complete, until the files that the model returned with it are stored. Files that take longer are
    /// refused.
    /// </summary>
    public TimeSpan ReturnedFilesTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest silence before the first text of a model: its own value, or the value of all models.</summary>
    public TimeSpan FirstTokenTimeoutOf(ModelDescription model) => model.FirstTokenTimeout ?? FirstTokenTimeout;
}
