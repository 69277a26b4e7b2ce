using Akka.Actor;
using Akka.Event;
using Chatbox.Actors.Clustering;
using Chatbox.Actors.Sessions.Answers;
using Chatbox.Actors.Sessions.Commands;
using Chatbox.Actors.Sessions.Erasure;
using Chatbox.Actors.Sessions.Indexing;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Lifecycle;
using Chatbox.Actors.Sessions.Passivation;
using Chatbox.Actors.Sessions.People;
using Chatbox.Actors.Sessions.Standing;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Messages;
using Chatbox.Messages.Frames;

namespace Chatbox.Actors.Sessions;

/// <summary>
/// The parts of a session's actor, each with one duty, in the order in which they use each other. All of them run on the actor's thread.
/// </summary>
internal sealed class SessionParts
{
    public SessionParts(SessionActor actor, IActorContext context, SessionId id, SessionDependencies with, ILoggingAdapter log)
    {
        var (options, models, clock) = (with.Options, with.ModelOptions, with.Clock);
        var rows = new SessionRows(actor, id, with.Sealing);

        Session = new LoadedSession(id, options.Bounds);
        Index = new IndexReports(Session, with.IndexWriter, with.Lag, actor, options.IndexTimeout, clock, log);
        Help = new HelpReports(Session, with.HelpDesk, actor, clock);
        Timer = new AssistanceTimer(Session, actor, options, clock);
        Audience = new AudienceNews(Session, with.Feed, actor, clock);
        Journal = new SessionJournal(
            Session,
            rows,
            Index,
            Help,
            Timer,
            Audience,
            with.Feed,
            with.Metrics,
            clock,
            options.SnapshotEvery,
            options.JournalKeep
        );
        Recovery = new SessionRecovery(rows, Journal, new Replay(actor), actor.PersistenceId, log);

        var view = new SessionView(Session, () => Journal.IndexedThrough, clock, with.FileAddresses);
        var voice = new VoiceServices(with.Transcriber is not null, with.Speaker is not null);
        Viewers = new SessionViewers(view, new ViewerGreetings(view, models, voice, with.Metrics, clock), Audience, clock);
        Rest = new SessionRest(
            Session,
            Journal,
            Viewers,
            with.Resting,
            Audience,
            Index,
            Help,
            context,
            actor,
            options.PassivateAfter,
            options.PassivateUnviewedAfter,
            SessionActor.StopSession.Instance
        );

        Replies = new CommandReplies(Session, Viewers, context);
        Trimming = new SessionTrimming(Journal, Rest, log);
        Admission = new CommandAdmission(Session, Viewers, Index, Rest, Replies, context, models, clock, options.ReconnectTimeout);
        Speeches = new SpeechRun(Session, Journal, Viewers, Rest, with.Speaker, context, clock, log);
        var requests = new AnswerRequests(Session, Viewers, with.Models, models, clock, context, actor);
        Answers = new AnswerRun(
            Session,
            Journal,
            Speeches,
            Viewers,
            view,
            Rest,
            Replies,
            new ReturnedFileRun(Session, Journal, Viewers, with.ReturnedFiles, clock),
            requests,
            models,
            options.CheckpointInterval,
            clock,
            context,
            actor,
            log
        );
        Move = new AnswerMove(Session, Answers, requests, with.Moves, context, actor);
        Transcriptions = new TranscriptionRun(
            Session,
            Journal,
            Answers,
            Viewers,
            Rest,
            Replies,
            with.Transcriber,
            models,
            context,
            clock,
            log
        );
        Conversation = new ConversationCommands(Session, Journal, Answers, Transcriptions, Speeches, Viewers, Replies, models, clock);
        Ending = new SessionEnding(
            Session,
            Journal,
            Answers,
            Transcriptions,
            Speeches,
            Viewers,
            Rest,
            Replies,
            context,
            options,
            with.Metrics,
            clock
        );
        Naming = new SessionNaming(Session, Journal, Rest, Replies, clock);
        PresenceNews = new PresenceNews(Session, Viewers, actor);
        Presence = new HolderPresence(Session, Journal, Viewers, PresenceNews, clock);
        Attendance = new Attendance(Session, Viewers, Rest, Presence, context);
        Takeover = new TakeoverCommands(
            Session,
            Journal,
            Answers,
            Speeches,
            Viewers,
            Rest,
            Replies,
            Presence,
            Timer,
            context,
            with.Metrics,
            clock
        );
        HelpCommands = new HelpCommands(Session, Journal, Viewers, Rest, Replies, models, with.Metrics, clock);
        Erasure = new SessionErasure(
            Session,
            rows,
            actor,
            actor,
            context,
            with.IndexWriter,
            with.Feed,
            with.Files,
            with.Purge,
            options.PassivateAfter,
            clock,
            log
        );
    }

    /// <inheritdoc cref="LoadedSession" />
    public LoadedSession Session { get; }

    /// <inheritdoc cref="IndexReports" />
    public IndexReports Index { get; }

    /// <inheritdoc cref="HelpReports" />
    public HelpReports Help { get; }

    /// <inheritdoc cref="AssistanceTimer" />
    public AssistanceTimer Timer { get; }

    /// <inheritdoc cref="AudienceNews" />
    public AudienceNews Audience { get; }

    /// <inheritdoc cref="SessionJournal" />
    public SessionJournal Journal { get; }

    /// <inheritdoc cref="SessionRecovery" />
    public SessionRecovery Recovery { get; }

    /// <inheritdoc cref="SessionViewers" />
    public SessionViewers Viewers { get; }

    /// <inheritdoc cref="SessionRest" />
    public SessionRest Rest { get; }

    /// <inheritdoc cref="SessionTrimming" />
    public SessionTrimming Trimming { get; }

    /// <inheritdoc cref="CommandReplies" />
    public CommandReplies Replies { get; }

    /// <inheritdoc cref="CommandAdmission" />
    public CommandAdmission Admission { get; }

    /// <inheritdoc cref="AnswerRun" />
    public AnswerRun Answers { get; }

    /// <inheritdoc cref="AnswerMove" />
    public AnswerMove Move { get; }

    /// <inheritdoc cref="SpeechRun" />
    public SpeechRun Speeches { get; }

    /// <inheritdoc cref="TranscriptionRun" />
    public TranscriptionRun Transcriptions { get; }

    /// <inheritdoc cref="ConversationCommands" />
    public ConversationCommands Conversation { get; }

    /// <inheritdoc cref="SessionEnding" />
    public SessionEnding Ending { get; }

    /// <inheritdoc cref="SessionNaming" />
    public SessionNaming Naming { get; }

    /// <inheritdoc cref="People.PresenceNews" />
    public PresenceNews PresenceNews { get; }

    /// <inheritdoc cref="HolderPresence" />
    public HolderPresence Presence { get; }

    /// <inheritdoc cref="Sessions.Attendance" />
    public Attendance Attendance { get; }

    /// <inheritdoc cref="TakeoverCommands" />
    public TakeoverCommands Takeover { get; }

    /// <inheritdoc cref="People.HelpCommands" />
    public HelpCommands HelpCommands { get; }

    /// <inheritdoc cref="SessionErasure" />
    public SessionErasure Erasure { get; }
}
