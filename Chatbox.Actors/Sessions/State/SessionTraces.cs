using System.Diagnostics;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.State;

/// <summary>
/// The session's spans in the traces of its messages: each write to the journal, and each answer. Remembers the traces of the newest
/// messages, so that their frames join them. The next incarnation of a session starts new traces.
/// </summary>
internal sealed class SessionTraces(SessionId id)
{
    /// <summary>Most messages and answers whose trace is remembered; more than can run and wait at once.</summary>
    private const int Remembered = 64;

    private readonly Queue<(MessageId Message, string TraceParent)> _messages = new();
    private Activity? _write;
    private Activity? _answer;

    /// <summary>The trace of a message; null if there is none, or if it is forgotten.</summary>
    public string? Of(MessageId message) => _messages.LastOrDefault(known => known.Message == message).TraceParent;

    /// <summary>A traced write to the journal begins. At most one runs at a time.</summary>
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

    /// <summary>Remembers the trace of messages.</summary>
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

    /// <summary>The session is about to ask the model. Returns the parent of the model's span.</summary>
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

    /// <summary>The session leaves memory: ends its open spans.</summary>
    public void Stop()
    {
        _write.End("session_stopped");
        _answer.End("session_stopped");
        (_write, _answer) = (null, null);
    }
}
