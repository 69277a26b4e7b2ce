using System.Collections.Immutable;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.State;

/// <summary>
/// What a conversation is: who owns it, what was said, which answer runs and which messages wait. Bounded: items that matter neither
/// to a prompt nor to a replay have left it. Decides and applies; never does I/O, reads a clock or logs.
/// </summary>
internal sealed partial record SessionState(SessionId Id)
{
    /// <summary>Messages that may wait behind the one that is being answered. Protocol section 5.</summary>
    public const int MaxWaiting = 3;

    /// <summary>Most items kept.</summary>
    public const int MaxItems = 1_000;

    /// <summary>Most text and metadata kept, in UTF-16 code units over all items; more text than any model's window takes.</summary>
    public const int MaxLength = 1_048_576;

    /// <summary>Most command ids remembered: stopping and choosing models have no limit of their own, and must not fill the memory.</summary>
    public const int MaxCommands = 4_096;

    /// <summary>How long a command id is remembered, unless <see cref="MaxCommands"/> newer ones have come.</summary>
    public static readonly TimeSpan CommandMemory = TimeSpan.FromHours(24);

    /// <summary>How much of the conversation is kept.</summary>
    public SessionBounds Bounds { get; init; } = SessionBounds.Default;

    /// <summary>Null until the first durable command.</summary>
    public UserId? Owner { get; private init; }

    /// <summary>The model of the answers to come; null until somebody has opened the session.</summary>
    public ModelId? ModelId { get; private init; }

    /// <summary>The provider's own name of this conversation, if it has one.</summary>
    public string? ProviderConversation { get; private init; }

    /// <summary>Finished items, in order of <see cref="SessionItem.Seq"/>.</summary>
    public ImmutableList<SessionItem> Items { get; private init; } = [];

    /// <summary>Items at and below this place have left the state.</summary>
    public long ReplayableAfter { get; private init; }

    public RunningAnswer? Running { get; private init; }

    /// <summary>Questions that wait, in the order in which they were accepted.</summary>
    public ImmutableQueue<UserItem> Waiting { get; private init; } = [];

    private ImmutableDictionary<CommandId, Acknowledgement> Acknowledgements { get; init; } =
        ImmutableDictionary<CommandId, Acknowledgement>.Empty;

    /// <summary>The same acknowledgements, oldest first.</summary>
    private ImmutableQueue<Acknowledgement> AcknowledgedInOrder { get; init; } = [];

    private int Length { get; init; }

    /// <summary>What the command did the first time, if it has been here before.</summary>
    public Acknowledgement? Acknowledged(CommandId id) => Acknowledgements.GetValueOrDefault(id);

    /// <summary>False only for a session that is somebody else's.</summary>
    public bool IsOpenTo(UserId user) => Owner is null || Owner == user;

    /// <summary>An answer is running, and it is the one to stop.</summary>
    public bool IsMeant(StopAnswer stop) =>
        Running is { } running && (stop.MessageId is not { } meant || meant == running.MessageId || meant == running.QuestionId);

    /// <summary>Why the command must be refused, or null to accept it.</summary>
    public Refusal? Refuse(IIdentifiedCommand command) =>
        command switch
        {
            EndSession or EraseSession => RefuseLife(command),
            _ when !IsOpenTo(command.UserId) => Refusal.NotFound,
            ILimitedCommand { Admission.RetryAfter: not null } => Refusal.TooManyMessages,
            IClientCommand { Permission: var permission } when HasEnded && permission == default && command is not StopAnswer =>
                Refusal.Ended,
            SubmitMessage when Waiting.Count() >= MaxWaiting => Refusal.QueueFull,
            RegenerateAnswer when Running is not null => Refusal.AnswerRunning,
            RegenerateAnswer when LastQuestion is null => Refusal.NothingToRegenerate,
            _ => null,
        };

    /// <summary>The state after a fact at place <paramref name="seq"/> of the event log.</summary>
    /// <exception cref="InvalidOperationException">The fact is unknown, or cannot follow on this state: the journal is not to be trusted.</exception>
    public SessionState Apply(ISessionEvent @event, long seq) => ApplyContent(@event, seq).WithLife(@event);

    private SessionState ApplyContent(ISessionEvent @event, long seq) =>
        @event switch
        {
            SessionOpened e => this with { Owner = e.UserId, ModelId = e.ModelId, Totals = OpenedAt(e.At) },
            MessageSubmitted e => Apply(e, seq),
            ModelSelected e => Apply(e, seq),
            AnswerCheckpointed e => this with { Running = Grow(e.MessageId, e.Offset, e.Text) with { WorkingUntil = e.At } },
            AnswerResumed e => this with { Running = Resume(e) },
            AnswerWithdrawn e => this with { Running = Withdraw(e) },
            AnswerFinished e => Apply(e, seq),
            AnswerRegenerated e => Apply(e, seq),
            NothingToStop e => Acknowledge(e.CommandId, seq, null, e.At),
            SessionEnded { CommandId: { } end } e => Acknowledge(end, seq, null, e.At),
            SessionEnded or SessionReopened or EpochNoted => this,
            SessionErased e => new SessionState(Id) { ErasedBy = e.CommandId, Bounds = Bounds },
            SessionImported e when Owner is null => this with { Owner = e.UserId, ModelId = e.ModelId, Totals = e.Totals },
            MessageImported e => Keep(Item(e, seq)),
            _ => throw new InvalidOperationException($"SessionState cannot apply {@event.GetType().Name}."),
        };

    /// <param name="indexedThrough">The index has everything up to here.</param>
    public SessionSnapshot ToSnapshot(long indexedThrough) =>
        new(
            Id,
            Owner,
            ModelId,
            ProviderConversation,
            Items,
            ReplayableAfter,
            Running,
            [.. Waiting.Select(q => q.MessageId)],
            [.. AcknowledgedInOrder]
        )
        {
            Totals = Totals,
            IndexedThrough = indexedThrough,
            Life = Life,
            Epoch = Epoch,
        };

    public static SessionState From(SessionSnapshot snapshot)
    {
        var questions = snapshot.Items.OfType<UserItem>().ToDictionary(q => q.MessageId);
        return new SessionState(snapshot.SessionId)
        {
            Owner = snapshot.Owner,
            ModelId = snapshot.ModelId,
            ProviderConversation = snapshot.ProviderConversation,
            Items = snapshot.Items,
            ReplayableAfter = snapshot.ReplayableAfter,
            Running = snapshot.Running,
            Waiting = [.. snapshot.Waiting.Select(id => questions[id])],
            Acknowledgements = snapshot.Acknowledgements.ToImmutableDictionary(a => a.CommandId),
            AcknowledgedInOrder = [.. snapshot.Acknowledgements],
            Length = snapshot.Items.Sum(i => i.Length),
            Totals = snapshot.Totals ?? Recount(snapshot),
            Life = snapshot.Life ?? LifeOf(snapshot),
            Epoch = snapshot.Epoch,
        };
    }

    private SessionState Apply(MessageSubmitted e, long seq)
    {
        var item = new UserItem(seq, e.MessageId, e.AnswerId, e.Content, e.Metadata, e.SentAt, e.At);
        var next = Keep(item).Acknowledge(e.CommandId, seq, e.MessageId, e.At) with { Totals = Totals?.Plus(item) };
        return next.Running is null ? next with { Running = Begin(item, e.At, e.At) } : next with { Waiting = Waiting.Enqueue(item) };
    }

    /// <summary>The provider's own conversation goes with the model: it would miss what another one says, and that one cannot know it.</summary>
    private SessionState Apply(ModelSelected e, long seq) =>
        (
            this with
            {
                ModelId = e.ModelId,
                ProviderConversation = e.ModelId == ModelId ? ProviderConversation : null,
                Totals = Totals?.ActiveAt(e.At),
            }
        ).Acknowledge(e.CommandId, seq, null, e.At);

    private SessionState Apply(AnswerFinished e, long seq)
    {
        var answer = Grow(e.MessageId, e.Offset, e.Text);
        var item = new AnswerItem(
            seq,
            e.MessageId,
            answer.QuestionId,
            answer.ModelId,
            answer.Text,
            e.Reason,
            e.Usage,
            e.ErrorCode,
            answer.RewrittenFrom,
            e.At
        )
        {
            ResponseTime = e.ResponseTime,
        };
        var next = Keep(item) with
        {
            Running = null,
            Totals = Totals?.Plus(item),
            ProviderConversation = answer.ModelId == ModelId ? e.ProviderConversation ?? ProviderConversation : null,
        };
        if (e.CommandId is { } stop)
            next = next.Acknowledge(stop, seq, e.MessageId, e.At);
        return next.Waiting.IsEmpty
            ? next
            : next with
            {
                Waiting = next.Waiting.Dequeue(out var question),
                Running = Begin(question, question.At, e.At),
            };
    }

    private RunningAnswer Begin(UserItem question, DateTimeOffset askedAt, DateTimeOffset beginsAt) =>
        new(
            question.AnswerId,
            question.MessageId,
            ModelId ?? throw new InvalidOperationException("A message came before the session was opened."),
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
            : throw new InvalidOperationException($"Text of answer {id} at {offset} does not follow on what the journal holds.");

    private RunningAnswer Resume(AnswerResumed e)
    {
        var answer = Grow(e.MessageId, e.Offset, "");
        return answer with
        {
            Resumptions = answer.Resumptions + 1,
            RewrittenFrom = Math.Min(answer.RewrittenFrom ?? e.Offset, e.Offset),

            // Only while somebody was at work: the time in which no node was there is nobody's fault.
            Spent = answer.Spent + answer.Working,
            WorkingFrom = e.At,
            WorkingUntil = e.At,
        };
    }

    private RunningAnswer Withdraw(AnswerWithdrawn e) =>
        Running is { } answer && answer.MessageId == e.MessageId && e.Offset <= answer.Text.Length
            ? answer with
            {
                Text = answer.Text[..e.Offset],
                RewrittenFrom = Math.Min(answer.RewrittenFrom ?? e.Offset, e.Offset),
                WorkingUntil = e.At,
            }
            : throw new InvalidOperationException($"Answer {e.MessageId} has no text at {e.Offset} to withdraw.");

    private SessionState Acknowledge(CommandId id, long seq, MessageId? message, DateTimeOffset at)
    {
        var ack = new Acknowledgement(id, seq, message, at);
        var (known, order) = (Acknowledgements, AcknowledgedInOrder);
        while (!order.IsEmpty && (at - order.Peek().At > CommandMemory || known.Count >= MaxCommands))
        {
            order = order.Dequeue(out var old);
            known = known.Remove(old.CommandId);
        }

        return this with
        {
            Acknowledgements = known.SetItem(id, ack),
            AcknowledgedInOrder = order.Enqueue(ack),
        };
    }

    /// <summary>Adds an item and lets the oldest go, but never one that an answer still needs.</summary>
    private SessionState Keep(SessionItem item)
    {
        var items = Items.Add(item);
        var length = Length + item.Length;
        var through = ReplayableAfter;
        for (var oldest = 0; oldest < items.Count - 1 && (items.Count > Bounds.Items || length > Bounds.Length); )
        {
            if (IsNeeded(items[oldest]))
            {
                oldest++;
                continue;
            }

            through = Math.Max(through, items[oldest].Seq);
            length -= items[oldest].Length;
            items = items.RemoveAt(oldest);
        }

        return this with
        {
            Items = items,
            Length = length,
            ReplayableAfter = through,
        };
    }

    private bool IsNeeded(SessionItem item) =>
        item is UserItem question && (Running?.QuestionId == question.MessageId || Waiting.Contains(question));
}
