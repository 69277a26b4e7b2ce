using Chatbox.Client.Frames;

namespace Chatbox.Client.Conversations;

/// <summary>A message, an answer or a note, as it stood at one moment.</summary>
public sealed record ChatEntry
{
    /// <summary>Identifies the entry for as long as the conversation has it, over all its changes.</summary>
    public required long Key { get; init; }

    public required EntryRole Role { get; init; }

    public required string Text { get; init; }

    public required EntryState State { get; init; }

    /// <summary>
    /// The place in the session; null for a running answer and for a message that is not acknowledged, which come last. 0 for what belongs to an
    /// earlier conversation.
    /// </summary>
    public long? Seq { get; init; }

    /// <summary>The server's id, the same on every device; null for a message that is not acknowledged.</summary>
    public string? MessageId { get; init; }

    /// <summary>The id of the command that sends the message; null for what this client has not sent.</summary>
    public string? CommandId { get; init; }

    public string? ModelId { get; init; }

    /// <summary>When it was sent or began.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The name of the administrator who wrote it.</summary>
    public string? AdminName { get; init; }

    /// <summary>Why an answer ended: <c>stop</c>, <c>length</c>, <c>stopped</c>, <c>cut</c>, <c>timeout</c>, <c>error</c> or <c>taken_over</c>.</summary>
    public string? FinishReason { get; init; }

    /// <summary>Whether a later answer has taken the place of this one.</summary>
    public bool IsSuperseded { get; init; }

    /// <summary>The message id of the answer to which a file belongs that a model returned; null for every other entry.</summary>
    public string? AnswerId { get; init; }

    /// <summary>What the model thinks, if the server shows it.</summary>
    public string? Thinking { get; init; }

    /// <summary>Whether the model is thinking now.</summary>
    public bool IsThinking { get; init; }

    /// <summary>The files of a message that the server has.</summary>
    public IReadOnlyList<SharedFile> Files { get; init; } = [];

    /// <summary>The ids of the files of a message that waits to be sent.</summary>
    public IReadOnlyList<string> FileIds { get; init; } = [];

    /// <summary>Whether the message is a recording.</summary>
    public bool IsVoice { get; init; }

    /// <summary>What was said in a recording; null until that is known.</summary>
    public VoiceTranscript? Transcript { get; init; }

    /// <summary>Whether the message, which this client sends, asks for its answer aloud.</summary>
    public bool AsksForSpeech { get; init; }

    /// <summary>How an answer is spoken; null for one that is not.</summary>
    public AnswerSpeech? Speech { get; init; }

    /// <summary>Why the server has refused the message. Only if <see cref="State"/> is <see cref="EntryState.Failed"/>.</summary>
    public ChatFrameError? Refusal { get; init; }

    /// <summary>The frame that brought a note; null for the note that another conversation begins here.</summary>
    public ChatFrame? Note { get; init; }

    /// <summary>Whether this is a message that the server does not have, as far as the client knows.</summary>
    public bool IsUnsent => State is EntryState.Pending or EntryState.Failed;

    /// <summary>Whether text is missing before the next piece.</summary>
    internal bool HasGap { get; init; }
}

/// <summary>Who wrote an entry.</summary>
public enum EntryRole
{
    User,
    Ai,
    Admin,
    System,
}

/// <summary>How far an entry has come.</summary>
public enum EntryState
{
    /// <summary>A message that the server has not acknowledged.</summary>
    Pending,

    /// <summary>A message that the server has refused, or that has waited too long to be sent by itself.</summary>
    Failed,

    /// <summary>A message that the server has.</summary>
    Sent,

    /// <summary>An answer that is running.</summary>
    Streaming,

    /// <summary>An answer that has ended, or a note.</summary>
    Done,
}
