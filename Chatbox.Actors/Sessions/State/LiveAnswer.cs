using System.Text;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Sessions.State;

/// <summary>The running answer in this node's memory: the text in the journal and the model's text since then.</summary>
internal sealed class LiveAnswer(RunningAnswer answer)
{
    private readonly StringBuilder _text = new(answer.Text);
    private readonly StringBuilder _thinking = new();
    private bool _responded = answer.Text.Length > 0;

    public MessageId MessageId { get; } = answer.MessageId;

    public ModelId ModelId { get; } = answer.ModelId;

    /// <summary>Number of this attempt. Late messages of earlier attempts carry a lower one.</summary>
    public int Attempt { get; } = answer.Resumptions;

    /// <summary>The lowest offset from which the text may differ from text that was shown earlier; null if nothing differs.</summary>
    public int? RewrittenFrom { get; private set; } = answer.RewrittenFrom;

    /// <summary>Time from the question to the first piece; null before the first piece, and if that came in an earlier incarnation.</summary>
    public TimeSpan? ResponseTime { get; private set; }

    /// <summary>Whether the model has reported thinking in this incarnation of the session.</summary>
    public bool Thinks { get; private set; }

    /// <summary>Length of the thinking that may be shown, in UTF-16 code units. Never journaled.</summary>
    public int ThinkingLength => _thinking.Length;

    /// <summary>When viewers last heard that the model is thinking, on the monotonic clock; null for never.</summary>
    public long? ThinkingToldAt { get; set; }

    /// <summary>Length of all text, in UTF-16 code units.</summary>
    public int Length => _text.Length;

    /// <summary>Length of the text that viewers may see.</summary>
    public int Shown { get; private set; } = answer.Text.Length;

    /// <summary>Length of the text that was handed to the journal. The rest is the next checkpoint.</summary>
    public int Checkpointed { get; private set; } = answer.Text.Length;

    /// <summary>When text was last handed to the journal, on the monotonic clock.</summary>
    public long CheckpointedAt { get; set; }

    /// <summary>Estimates the tokens of the prompt, for providers that report no usage. Most do, and a long prompt takes a while to estimate.</summary>
    public required Func<long> PromptTokens { get; set; }

    /// <summary>Whether a model has been asked; false while the question is being transcribed.</summary>
    public bool IsAsked { get; init; }

    /// <summary>Where the provider's stream goes on: on a node that the session has left; null for a model of this node.</summary>
    public RelayedStream? Relayed { get; init; }

    /// <summary>The stream goes on without this incarnation of the session, which must not cancel it.</summary>
    public bool HasLeft { get; set; }

    /// <summary>Number of messages that the model got; null if it got the whole prompt.</summary>
    public int? PromptMessages { get; set; }

    /// <summary>The provider has withdrawn all text.</summary>
    public void Withdraw()
    {
        _text.Clear();
        (Shown, Checkpointed, RewrittenFrom) = (0, 0, 0);
    }

    public void Append(string text) => _text.Append(text);

    /// <summary>The model is thinking.</summary>
    /// <param name="text">The thinking that viewers may see; empty if thinking is not shown.</param>
    public void Think(string text)
    {
        Thinks = true;
        _thinking.Append(text);
    }

    /// <summary>The thinking from an offset on, at most <paramref name="most"/> code units, without a split surrogate pair.</summary>
    public string ThinkingFrom(int offset, int most)
    {
        var length = Math.Min(most, _thinking.Length - offset);
        if (length > 1 && offset + length < _thinking.Length && char.IsHighSurrogate(_thinking[offset + length - 1]))
            length--;
        return _thinking.ToString(offset, length);
    }

    /// <summary>A piece has arrived. The first one sets the response time.</summary>
    public void Responded(DateTimeOffset now)
    {
        // Another node may have stamped the question, and its clock may be ahead.
        if (!_responded && answer.AskedAt is { } asked)
            ResponseTime = now > asked ? now - asked : TimeSpan.Zero;
        _responded = true;
    }

    public void ShowAll() => Shown = _text.Length;

    /// <summary>Takes the text that was not handed to the journal yet, and its offset. Counts as handed over from now on.</summary>
    public (int Offset, string Text) TakeCheckpoint()
    {
        var offset = Checkpointed;
        Checkpointed = _text.Length;
        return (offset, _text.ToString(offset, Checkpointed - offset));
    }

    /// <summary>A part of the text.</summary>
    public string Slice(int offset, int length) => _text.ToString(offset, length);

    public override string ToString() => _text.ToString();
}
