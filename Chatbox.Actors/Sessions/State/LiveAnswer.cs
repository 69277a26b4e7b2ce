using System.Text;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Sessions.State;

/// <summary>The running answer as this node has it: what is in the journal, and what the model has said since.</summary>
internal sealed class LiveAnswer(RunningAnswer answer)
{
    private readonly StringBuilder _text = new(answer.Text);
    private readonly StringBuilder _thinking = new();
    private bool _responded = answer.Text.Length > 0;

    public MessageId MessageId { get; } = answer.MessageId;

    public ModelId ModelId { get; } = answer.ModelId;

    /// <summary>What is left of an earlier attempt is not part of it.</summary>
    public int Attempt { get; } = answer.Resumptions;

    /// <summary>From here on the text may differ from what was seen before.</summary>
    public int? RewrittenFrom { get; private set; } = answer.RewrittenFrom;

    /// <summary>From the question to the first piece; null until then, and if that was in an earlier life of the session.</summary>
    public TimeSpan? ResponseTime { get; private set; }

    /// <summary>The model has been heard thinking, in this life of the session.</summary>
    public bool Thinks { get; private set; }

    /// <summary>What of its thinking may be shown, in UTF-16 code units. Never journaled: it lasts as long as the answer runs here.</summary>
    public int ThinkingLength => _thinking.Length;

    /// <summary>When viewers were last told that the model thinks, on the monotonic clock; null for never.</summary>
    public long? ThinkingToldAt { get; set; }

    /// <summary>All that the model has said, in UTF-16 code units.</summary>
    public int Length => _text.Length;

    /// <summary>What viewers may see: everything, or only what is safe.</summary>
    public int Shown { get; private set; } = answer.Text.Length;

    /// <summary>What has been handed to the journal, in order; the rest is the next checkpoint.</summary>
    public int Checkpointed { get; private set; } = answer.Text.Length;

    /// <summary>When it was handed over, on the monotonic clock.</summary>
    public long CheckpointedAt { get; set; }

    /// <summary>The prompt's size, for providers that give no usage.</summary>
    public required long PromptTokens { get; init; }

    /// <summary>Messages that the model was given, if those were fewer than the rule for prompts gives.</summary>
    public int? PromptMessages { get; set; }

    /// <summary>The provider has taken back everything.</summary>
    public void Withdraw()
    {
        _text.Clear();
        (Shown, Checkpointed, RewrittenFrom) = (0, 0, 0);
    }

    public void Append(string text) => _text.Append(text);

    /// <param name="text">What viewers may see of it; empty when thinking is not shown.</param>
    public void Think(string text)
    {
        Thinks = true;
        _thinking.Append(text);
    }

    /// <summary>Part of the thinking, in whole characters.</summary>
    public string ThinkingFrom(int offset, int most)
    {
        var length = Math.Min(most, _thinking.Length - offset);
        if (length > 1 && offset + length < _thinking.Length && char.IsHighSurrogate(_thinking[offset + length - 1]))
            length--;
        return _thinking.ToString(offset, length);
    }

    /// <summary>A piece has come; only the first one counts.</summary>
    public void Responded(DateTimeOffset now)
    {
        // Another node may have stamped the question: its clock may be ahead of ours.
        if (!_responded && answer.AskedAt is { } asked)
            ResponseTime = now > asked ? now - asked : TimeSpan.Zero;
        _responded = true;
    }

    public void ShowAll() => Shown = _text.Length;

    /// <summary>The text that is not in the journal yet, and where it starts; counts as handed over from now on.</summary>
    public (int Offset, string Text) TakeCheckpoint()
    {
        var offset = Checkpointed;
        Checkpointed = _text.Length;
        return (offset, _text.ToString(offset, Checkpointed - offset));
    }

    /// <summary>The text from <paramref name="offset"/>, without the end that viewers may not see yet.</summary>
    public string Slice(int offset, int length) => _text.ToString(offset, length);

    public override string ToString() => _text.ToString();
}
