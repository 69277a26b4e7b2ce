using System.Collections.Immutable;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.State;

/// <summary>
/// A session as its journal tells it: its owner, its conversation, its answers, the commands that it knows and its life.
/// <see cref="Apply(ISessionEvent, long)"/> follows the journal, <see cref="SessionDecisions"/> decides about commands. Neither does I/O,
/// reads a clock or logs. Bounded by the bounds of its parts.
/// </summary>
internal sealed record SessionState(SessionId Id)
{
    /// <summary>How much of the conversation stays in memory.</summary>
    public SessionBounds Bounds
    {
        get => Conversation.Bounds;
        init => Conversation = Conversation with { Bounds = value };
    }

    /// <summary>Null until the first durable command.</summary>
    public UserId? Owner { get; private init; }

    /// <summary>The model of the next answers; null until the session is opened.</summary>
    public ModelId? ModelId { get; private init; }

    /// <summary>The provider's own id of this conversation; null if the provider keeps none.</summary>
    public string? ProviderConversation { get; private init; }

    /// <summary>The numbers that lists show; null until the session is opened.</summary>
    public SessionTotals? Totals { get; private init; }

    /// <summary>Who asked for a person, who holds the session, and who waits.</summary>
    public SessionAssistance Assistance { get; private init; } = SessionAssistance.None;

    private Conversation Conversation { get; init; } = new(SessionBounds.Default);

    public AnswerQueue Answers { get; private init; } = AnswerQueue.Empty;

    /// <summary>The voice messages that are being transcribed, in the order of their requests.</summary>
    public ImmutableList<MessageId> Transcribing { get; private init; } = [];

    /// <summary>The finished answers that are being spoken, in the order of their ends.</summary>
    public ImmutableList<MessageId> Speaking { get; private init; } = [];

    private CommandMemory Commands { get; init; } = CommandMemory.Empty;

    private SessionLifecycle Lifecycle { get; init; } = SessionLifecycle.Unopened;

    /// <inheritdoc cref="Conversation.Items" />
    public ImmutableList<SessionItem> Items => Conversation.Items;

    /// <inheritdoc cref="Conversation.ReplayableAfter" />
    public long ReplayableAfter => Conversation.ReplayableAfter;

    /// <inheritdoc cref="Conversation.LastQuestion" />
    public UserItem? LastQuestion => Conversation.LastQuestion;

    /// <summary>
    /// Whether the last message can get another answer: it went to a model, and no person has taken part since.
    /// </summary>
    public bool CanRegenerate =>
        Items.FindLastIndex(i => i is UserItem or AdminJoinedItem) is var last and >= 0 && Items[last] is UserItem { ToPerson: false };

    /// <inheritdoc cref="AnswerQueue.Running" />
    public RunningAnswer? Running => Answers.Running;

    /// <inheritdoc cref="AnswerQueue.Waiting" />
    public ImmutableQueue<UserItem> Waiting => Answers.Waiting;

    /// <inheritdoc cref="SessionLifecycle.Life" />
    public SessionLife? Life => Lifecycle.Life;

    /// <inheritdoc cref="SessionLifecycle.Epoch" />
    public long Epoch => Lifecycle.Epoch;

    /// <inheritdoc cref="SessionLifecycle.ErasedBy" />
    public CommandId? ErasedBy => Lifecycle.ErasedBy;

    public bool IsErased => ErasedBy is not null;

    public bool HasEnded => Lifecycle.HasEnded;

    /// <summary>False only for a session that belongs to somebody else.</summary>
    public bool IsOpenTo(UserId user) => Owner is null || Owner == user;

    /// <inheritdoc cref="SessionLifecycle.CanBeReopened" />
    public bool CanBeReopened(DateTimeOffset now, TimeSpan within) => Lifecycle.CanBeReopened(now, within);

    /// <summary>Active, without activity for the time to live, without a running answer, and without a person who helps or is asked for.</summary>
    public bool IsIdle(DateTimeOffset now, TimeSpan ttl) => this.IsAtRest() && Assistance.IsQuiet && Lifecycle.IsIdle(now, ttl);

    /// <inheritdoc cref="CommandMemory.Find" />
    public Acknowledgement? Acknowledged(CommandId id, UserId? admin = null) => Commands.Find(id, admin);

    /// <summary>The acknowledgement of this command of its sender; null if it is not known.</summary>
    public Acknowledgement? Acknowledged(IIdentifiedCommand command) =>
        Acknowledged(command.CommandId, command is IAdminCommand ? command.UserId : null);

    /// <inheritdoc cref="CommandMemory.Digests" />
    public ImmutableArray<long> KnownCommands(DateTimeOffset now) => Commands.Digests(now);

    /// <summary>The state after the event at place <paramref name="seq"/> of the journal.</summary>
    /// <exception cref="InvalidOperationException">The event is unknown or cannot follow this state: the journal is damaged.</exception>
    public SessionState Apply(ISessionEvent @event, long seq)
    {
        var next = ApplyContent(@event, seq);
        return next with
        {
            Assistance = next.Assistance.After(@event, seq),
            Lifecycle = Lifecycle.After(@event, isOpened: next.Owner is not null),
        };
    }

    /// <param name="indexedThrough">The place up to which the index has everything.</param>
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
            Commands.ToSnapshot()
        )
        {
            Totals = Totals,
            IndexedThrough = indexedThrough,
            Life = Life,
            Epoch = Epoch,
            Assistance = Assistance == SessionAssistance.None ? null : Assistance,
            Transcribing = Transcribing,
            Speaking = Speaking,
        };

    /// <summary>The state in a snapshot, with the default bounds.</summary>
    public static SessionState From(SessionSnapshot snapshot) =>
        new(snapshot.SessionId)
        {
            Owner = snapshot.Owner,
            ModelId = snapshot.ModelId,
            ProviderConversation = snapshot.ProviderConversation,
            Totals = snapshot.Totals ?? SessionCounting.Recount(snapshot),
            Conversation = Conversation.From(snapshot),
            Answers = AnswerQueue.From(snapshot),
            Commands = CommandMemory.From(snapshot.Acknowledgements),
            Lifecycle = SessionLifecycle.From(snapshot),
            Assistance = snapshot.Assistance ?? SessionAssistance.None,
            Transcribing = snapshot.Transcribing,
            Speaking = snapshot.Speaking,
        };

    private SessionState ApplyContent(ISessionEvent @event, long seq) =>
        @event switch
        {
            SessionOpened e => this with { Owner = e.UserId, ModelId = e.ModelId, Totals = SessionCounting.OpenedAt(e.At) },
            MessageSubmitted e => Apply(e, seq),
            ModelSelected e => Apply(e, seq),
            AnswerCheckpointed e => this with { Answers = Answers.Checkpoint(e) },
            AnswerResumed e => this with { Answers = Answers.Resume(e) },
            AnswerWithdrawn e => this with { Answers = Answers.Withdraw(e) },
            AnswerFinished e => Apply(e, seq),
            AnswerRegenerated e => Apply(e, seq),
            NothingToStop e => Remember(e.CommandId, seq, null, e.At),
            SessionEnded { CommandId: { } end } e => Remember(end, seq, null, e.At),
            SessionRenamed e => Remember(e.CommandId, seq, null, e.At) with { Totals = Totals! with { Name = e.Name } },
            SessionEnded or SessionReopened or EpochNoted => this,
            SessionErased => new SessionState(Id) { Bounds = Bounds },
            SessionImported e when Owner is null => this with { Owner = e.UserId, ModelId = e.ModelId, Totals = e.Totals },
            MessageImported e => Keep(Conversation.Imported(e, seq)),
            HelpRequested e => Remember(e.CommandId, seq, null, e.At) with
            {
                Totals = Assistance.Help is null ? Totals?.HelpAsked(e.At) : Totals,
            },
            SessionTakenOver e => Keep(PeopleItem.From(e, seq)).Remember(e.CommandId, seq, null, e.At, e.AdminId) with
            {
                Totals = Totals?.AssistedBy(e.AdminName, e.At),
            },
            TakeoverReleased e => Apply(e, seq),
            TransferOffered e => Remember(e.CommandId, seq, null, e.At, Assistance.Held.AdminId),
            TransferDeclined e => Remember(e.CommandId, seq, null, e.At, Assistance.Offer?.To),
            AdminMessageSent e => Apply(e, seq),
            NoteAdded e => Keep(PeopleItem.From(e, seq)).Remember(e.CommandId, seq, e.MessageId, e.At, e.AdminId),
            ConversationRated e => Apply(e, seq),
            TranscriptionRequested e => Apply(e, seq),
            TranscriptionFinished e => Apply(e, seq),
            FileReturned e => Keep(new ReturnedFileItem(seq, e.MessageId, e.Of, e.Returned, e.At)),
            SpeechRequested e => this with { Speaking = Speaking.Add(e.MessageId) },
            SpeechFinished e => Keep(e.ToItem(seq)) with { Speaking = Speaking.Remove(e.Of) },
            HolderAway or HolderBack or SeenMarked => this,
            _ => throw new UnknownEventException(typeof(SessionState), @event),
        };

    private SessionState Apply(MessageSubmitted e, long seq)
    {
        var toPerson = Assistance.Holder is not null;
        var question = new UserItem(seq, e.MessageId, e.AnswerId, e.Content, e.Metadata, e.SentAt, e.At)
        {
            ToPerson = toPerson,
            Files = e.Files,
        };
        return Keep(question).Remember(e.CommandId, seq, e.MessageId, e.At) with
        {
            Totals = Totals?.Plus(question),
            Answers = toPerson ? Answers : Answers.Add(question, ModelId, e.At),
        };
    }

    private SessionState Apply(AdminMessageSent e, long seq)
    {
        var message = PeopleItem.From(e, Assistance.Held, seq);
        return Keep(message).Remember(e.CommandId, seq, e.MessageId, e.At, message.AdminId) with
        {
            Totals = Totals?.Plus(message),

            // The provider's own memory lacks what people say. A new conversation gets it in its prompt.
            ProviderConversation = null,
        };
    }

    private SessionState Apply(TakeoverReleased e, long seq)
    {
        var left = PeopleItem.From(e, Assistance.Held, seq);
        var next = Keep(left) with { Totals = Totals?.ActiveAt(e.At), ProviderConversation = null };
        return e.CommandId is { } leave ? next.Remember(leave, seq, null, e.At, e.By ?? left.AdminId) : next;
    }

    private SessionState Apply(ConversationRated e, long seq)
    {
        var (conversation, earlier) = e.MessageId is { } message ? Conversation.Rate(message, e.Rating) : (Conversation, Assistance.Rating);
        return Remember(e.CommandId, seq, null, e.At) with { Conversation = conversation, Totals = Totals?.Rated(earlier, e.Rating) };
    }

    /// <summary>
    /// Another model drops the provider's conversation id: the old provider missed turns, and the new one does not know the id.
    /// </summary>
    private SessionState Apply(ModelSelected e, long seq) =>
        Remember(e.CommandId, seq, null, e.At) with
        {
            ModelId = e.ModelId,
            ProviderConversation = e.ModelId == ModelId ? ProviderConversation : null,
            Totals = Totals?.ActiveAt(e.At),
        };

    private SessionState Apply(AnswerFinished e, long seq)
    {
        var answer = Answers.Complete(e);
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
            Files = this.FilesOf(e.MessageId),
        };
        var next = Keep(item) with
        {
            Answers = Answers.Next(ModelId, e.At),
            Totals = Totals?.Plus(item),
            ProviderConversation = answer.ModelId == ModelId ? e.ProviderConversation ?? ProviderConversation : null,
        };
        return e.CommandId is { } stop ? next.Remember(stop, seq, e.MessageId, e.At) : next;
    }

    private SessionState Apply(AnswerRegenerated e, long seq)
    {
        if (Running is not null || LastQuestion is not { } last || last.MessageId != e.QuestionId)
            throw new InvalidOperationException($"Message {e.QuestionId} cannot be answered again now.");
        return Remember(e.CommandId, seq, e.AnswerId, e.At) with
        {
            Conversation = Conversation.Regenerate(last, e.AnswerId),
            Answers = Answers.Begin(last with { AnswerId = e.AnswerId }, ModelId, e.At),
            Totals = Totals?.ActiveAt(e.At),

            // The provider's own memory holds the earlier answer. A new conversation starts without it.
            ProviderConversation = null,
        };
    }

    private SessionState Apply(TranscriptionRequested e, long seq)
    {
        var next = this with { Transcribing = Transcribing.Add(e.MessageId) };
        return e.CommandId is { } command ? next.Remember(command, seq, null, e.At) : next;
    }

    private SessionState Apply(TranscriptionFinished e, long seq) =>
        Keep(new TranscriptItem(seq, e.MessageId, e.Of, e.Text, e.Failure, e.At)) with
        {
            Transcribing = Transcribing.Remove(e.Of),
            Totals = e.Failure is null ? Totals?.Heard(this.VoiceMessage(e.Of), e.Text) : Totals,
        };

    private SessionState Remember(CommandId id, long seq, MessageId? message, DateTimeOffset at, UserId? admin = null) =>
        this with
        {
            Commands = Commands.Add(id, seq, message, at, admin),
        };

    private SessionState Keep(SessionItem item) => this with { Conversation = Conversation.Add(item, this.Needs) };
}
