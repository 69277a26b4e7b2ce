using System.Diagnostics;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.State;

/// <summary>
/// What a session adds to the traces of the messages it is sent: the write of each to the journal, and each answer. Remembers for a few
/// messages which trace they belong to, so that their frames do too; a session that starts anew begins new traces.
/// </summary>
internal sealed class SessionTraces(SessionId id)
{
    /// <summary>More than may wait for an answer at once, with their answers.</summary>
    private const int Remembered = 64;

    private readonly Queue<(MessageId Message, string TraceParent)> _messages = new();
    private Activity? _write;
    private Activity? _answer;

    /// <summary>The trace a message belongs to; null if there is none, or no more.</summary>
    public string? Of(MessageId message) => _messages.LastOrDefault(known => known.Message == message).TraceParent;

    /// <summary>A write of something that belongs to a trace begins; there is never more than one.</summary>
    public void WriteBegins(string? traceParent)
    {
        if (traceParent is not null)
            _write = Tracing.Begin("journal", ActivityKind.Client, traceParent)?.SetTag("session.id", id.Value);
    }

    /// <summary>The write has succeeded.</summary>
    public void Written()
    {
        _write.End();
        _write = null;
    }

    /// <summary>These messages belong to a trace.</summary>
    public void Remember(string? traceParent, params ReadOnlySpan<MessageId> messages)
    {
        if (traceParent is null)
            return;
        foreach (var message in messages)
        {
            _messages.Enqueue((message, traceParent));
            if (_messages.Count > Remembered)
                _messages.Dequeue();
        }
    }

    /// <summary>The model is about to be asked; returns what the asking belongs to.</summary>
    public string? AnswerBegins(MessageId answer, ModelId model)
    {
        var asked = Of(answer);
        _answer.End();
        _answer = Tracing
            .Begin("answer", ActivityKind.Internal, asked)
            ?.SetTag("session.id", id.Value)
            .SetTag("gen_ai.request.model", model.Value);
        Remember(_answer?.Id, answer);
        return _answer?.Id ?? asked;
    }

    /// <summary>The answer's end is in the journal.</summary>
    public void AnswerEnded(AnswerFinished finished)
    {
        _answer
            ?.SetTag("gen_ai.response.finish_reasons", finished.Reason.ToString().ToLowerInvariant())
            .SetTag("gen_ai.usage.input_tokens", finished.Usage.Prompt)
            .SetTag("gen_ai.usage.output_tokens", finished.Usage.Completion);
        _answer.End(finished.ErrorCode);
        _answer = null;
    }

    /// <summary>The session leaves memory: what is open goes on elsewhere, in another trace.</summary>
    public void Stop()
    {
        _write.End("session_stopped");
        _answer.End("session_stopped");
        (_write, _answer) = (null, null);
    }
}
