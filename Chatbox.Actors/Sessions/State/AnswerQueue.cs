using System.Collections.Immutable;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.State;

/// <summary>The answer that runs in a session, as far as the journal has it, and the questions that wait behind it.</summary>
internal sealed record AnswerQueue
{
    public static AnswerQueue Empty { get; } = new();

    /// <summary>The answer being written; null if none runs.</summary>
    public RunningAnswer? Running { get; private init; }

    /// <summary>Questions that wait, in the order of their acceptance.</summary>
    public ImmutableQueue<UserItem> Waiting { get; private init; } = [];

    public static AnswerQueue From(SessionSnapshot snapshot)
    {
        var questions = snapshot.Items.OfType<UserItem>().ToDictionary(q => q.MessageId);
        return new AnswerQueue { Running = snapshot.Running, Waiting = [.. snapshot.Waiting.Select(id => questions[id])] };
    }

    /// <summary>Whether the item is a question whose answer runs or waits, the transcript of such a question, or a file of the running answer.</summary>
    public bool Needs(SessionItem item) =>
        item switch
        {
            UserItem question => Running?.QuestionId == question.MessageId || Waiting.Contains(question),
            TranscriptItem transcript => Running?.QuestionId == transcript.Of || Waiting.Any(q => q.MessageId == transcript.Of),
            ReturnedFileItem file => Running?.MessageId == file.Of,
            _ => false,
        };

    /// <summary>The question's answer begins now if none runs; otherwise the question waits.</summary>
    public AnswerQueue Add(UserItem question, ModelId? model, DateTimeOffset at) =>
        Running is null ? Begin(question, model, at) : this with { Waiting = Waiting.Enqueue(question) };

    public AnswerQueue Begin(UserItem question, ModelId? model, DateTimeOffset at) =>
        this with
        {
            Running = Answer(question, model, askedAt: at, beginsAt: at),
        };

    public AnswerQueue Checkpoint(AnswerCheckpointed e) =>
        this with
        {
            Running = Grow(e.MessageId, e.Offset, e.Text) with { WorkingUntil = e.At, StreamsFrom = e.StreamsFrom },
        };

    /// <summary>The node went down and came back: the answer continues after its last checkpoint.</summary>
    public AnswerQueue Resume(AnswerResumed e)
    {
        var answer = Grow(e.MessageId, e.Offset, "");
        return this with
        {
            Running = answer with
            {
                Resumptions = answer.Resumptions + 1,
                RewrittenFrom = Math.Min(answer.RewrittenFrom ?? e.Offset, e.Offset),

                // The downtime between two nodes does not count against the answer's deadline.
                Spent = answer.Spent + answer.Working,
                WorkingFrom = e.At,
                WorkingUntil = e.At,
                StreamsFrom = null,
            },
        };
    }

    public AnswerQueue Withdraw(AnswerWithdrawn e) =>
        Running is { } answer && answer.MessageId == e.MessageId && e.Offset <= answer.Text.Length
            ? this with
            {
                Running = answer with
                {
                    Text = answer.Text[..e.Offset],
                    RewrittenFrom = Math.Min(answer.RewrittenFrom ?? e.Offset, e.Offset),
                    WorkingUntil = e.At,
                    StreamsFrom = null,
                },
            }
            : throw new InvalidOperationException($"Answer {e.MessageId} has no text at {e.Offset} to withdraw.");

    /// <summary>The running answer with its last text. Does not change the queue; <see cref="Next"/> does.</summary>
    public RunningAnswer Complete(AnswerFinished e) => Grow(e.MessageId, e.Offset, e.Text);

    /// <summary>The running answer has ended: the answer to the first waiting question begins, if there is one.</summary>
    public AnswerQueue Next(ModelId? model, DateTimeOffset at)
    {
        if (Waiting.IsEmpty)
            return this with { Running = null };
        var waiting = Waiting.Dequeue(out var question);
        return new AnswerQueue { Waiting = waiting, Running = Answer(question, model, askedAt: question.At, beginsAt: at) };
    }

    /// <summary>The events that end the running answer and every waiting one: each question gets exactly one answer.</summary>
    /// <param name="reason">Why they end.</param>
    /// <param name="rest">The running answer's text that was not handed to the journal, and its offset; null if there is none.</param>
    /// <param name="usage">The running answer's cost so far.</param>
    public IEnumerable<AnswerFinished> EndAll(
        SessionId session,
        FinishReason reason,
        (int Offset, string Text)? rest,
        TokenUsage usage,
        DateTimeOffset now
    )
    {
        if (Running is { } running)
            yield return Ended(running.MessageId, rest?.Offset ?? running.Text.Length, rest?.Text ?? "", usage);
        foreach (var question in Waiting)
            yield return Ended(question.AnswerId, 0, "", default);

        AnswerFinished Ended(MessageId answer, int offset, string text, TokenUsage usage) =>
            new(session, null, answer, offset, text, reason, usage, null, null, now);
    }

    private static RunningAnswer Answer(UserItem question, ModelId? model, DateTimeOffset askedAt, DateTimeOffset beginsAt) =>
        new(
            question.AnswerId,
            question.MessageId,
            model ?? throw new InvalidOperationException("A message came before the session was opened."),
            "",
            0,
            null
        )
        {
            AskedAt = askedAt,
            WorkingFrom = beginsAt,
            WorkingUntil = beginsAt,
        };

    private RunningAnswer Grow(MessageId id, int offset, string text) =>
        Running is { } answer && answer.MessageId == id && answer.Text.Length == offset
            ? answer with
            {
                Text = answer.Text + text,
            }
            : throw new InvalidOperationException($"Text of answer {id} at {offset} does not follow the text in the journal.");
}
