using System.Collections.Immutable;
using Akka.Actor;
using Chatbox.Actors.Models;
using Chatbox.Actors.Notifications;
using Chatbox.Actors.Sealing;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Notifications;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Index.IndexProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions;

/// <summary>
/// Asks one question in a session of its own, so that a young process compiles the code of questions and answers before a person waits for
/// it. Neither the store nor the index, the metrics or the traces have the question. Stop this actor at the end, and all that it has begun
/// stops with it.
/// </summary>
public sealed class RehearsalActor : ReceiveActor
{
    internal const string Journal = "akka.persistence.journal.inmem";
    internal const string SnapshotStore = "akka.persistence.snapshot-store.inmem";

    private static readonly UserId Nobody = new("rehearsal");

    /// <param name="model">The model of the question.</param>
    /// <param name="client">Answers the question; the caller disposes of the client.</param>
    /// <param name="answered">Gets true when the whole answer was shown, and false when it ended in another way.</param>
    public RehearsalActor(
        ModelDescription model,
        IChatClient client,
        ChatSessionOptions sessions,
        IContentCipher cipher,
        TimeProvider clock,
        TaskCompletionSource<bool> answered
    )
    {
        var options = new ModelOptions
        {
            Models = [model],
            Default = model.Id,
            MaxTries = 1,
        };
        var metrics = new NoMetrics();
        var models = Context.ActorOf(
            Props.Create(() => new ModelsActor(options, _ => client, null, new NoIncidents(), metrics, clock)).WithDeploy(Deploy.Local)
        );
        var id = new SessionId(Guid.NewGuid().ToString("n"));
        var with = new SessionDependencies(models, Self, sessions, options, metrics, clock, new SessionSealing(cipher))
        {
            IsRehearsal = true,
        };
        var session = Context.ActorOf(Props.Create(() => new SessionActor(id, with)).WithDeploy(Deploy.Local));

        Receive<WriteUpdate>(write => Sender.Tell(new UpdateWritten(id, write.Update.Seq)));
        Receive<ViewerAttached>(_ => session.Tell(Question(id)));
        Receive<DeliverFrame>(frame =>
        {
            if (frame.Utf8.Span.IndexOf("\"done\":\"true\""u8) >= 0)
                answered.TrySetResult(frame.Utf8.Span.IndexOf("\"finish_reason\":\"stop\""u8) >= 0);
        });
        ReceiveAny(_ => { }); // acknowledgements
        session.Tell(new AttachViewer(id, Nobody, 1, null, null, null));
    }

    private static SubmitMessage Question(SessionId session) =>
        new(
            session,
            new CommandId("rehearsal"),
            Named: true,
            Nobody,
            "Hello",
            ImmutableSortedDictionary<string, string>.Empty,
            DateTimeOffset.UnixEpoch,
            Admission.Granted
        )
        {
            TraceParent = Tracing.Unrecorded,
        };

    private sealed class NoIncidents : IIncidents
    {
        public void Raise(Incident incident) { }
    }
}
