using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sealing;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>Helps tests of a <see cref="SessionActor"/>: dependencies, messages, crashes and a look into the journal.</summary>
internal static class SessionKit
{
    /// <summary>
    /// An actor system whose journal and snapshots live in memory, so that a session comes back after it has died. Expected messages have
    /// half a minute: on a busy machine a cold process needs more than Akka's three seconds.
    /// </summary>
    public const string Store = """
        akka.test.single-expect-default = 30s
        akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        """;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static readonly SessionId Id = new("0123456789abcdef0123456789abcdef");
    public static readonly UserId Alice = new("alice");

    /// <summary>Two models: <c>m</c>, the default, and <c>n</c>.</summary>
    public static readonly ModelOptions TwoModels = new()
    {
        Models = [new(new ModelId("m"), "M", "openai"), new(new ModelId("n"), "N", "openai")],
        Default = new ModelId("m"),
    };

    public static SessionDependencies With(
        IActorRef models,
        IActorRef index,
        ChatSessionOptions? options = null,
        IContentCipher? cipher = null
    ) =>
        new(
            models,
            index,
            options ?? new ChatSessionOptions(),
            TwoModels,
            new NoMetrics(),
            TimeProvider.System,
            new SessionSealing(cipher ?? new PlainCipher())
        );

    public static Props Session(SessionDependencies with, SessionId? id = null)
    {
        var session = id ?? Id;
        return Props.Create(() => new SessionActor(session, with));
    }

    /// <summary>A message of Alice, with a command id of her client.</summary>
    public static SubmitMessage Say(string id, string content, SessionId? session = null) =>
        new(
            session ?? Id,
            new CommandId(id),
            Named: true,
            Alice,
            content,
            ImmutableSortedDictionary<string, string>.Empty,
            DateTimeOffset.UnixEpoch,
            Admission.Granted
        );

    /// <summary>Kills the session; returns when it has stopped.</summary>
    public static void Crash(this TestKitBase kit, IActorRef session)
    {
        var witness = kit.CreateTestProbe();
        witness.Watch(session);
        session.Tell(Kill.Instance);
        witness.ExpectTerminated(session, Deadline);
    }

    /// <summary>The rows of a session's journal, as they are stored.</summary>
    public static IReadOnlyList<object> Journaled(this TestKitBase kit, SessionId? id = null) => kit.Journaled($"session-{id ?? Id}");

    /// <summary>The rows of a persistent actor's journal, as they are stored.</summary>
    public static IReadOnlyList<object> Journaled(this TestKitBase kit, string persistenceId)
    {
        var probe = kit.CreateTestProbe();
        var reader = kit.Sys.ActorOf(Props.Create(() => new JournalReader(persistenceId, probe.Ref)));
        var rows = probe.ExpectMsg<List<object>>(Deadline);
        kit.Crash(reader);
        return rows;
    }

    private sealed class JournalReader : ReceivePersistentActor
    {
        public JournalReader(string persistenceId, IActorRef reader)
        {
            PersistenceId = persistenceId;
            var rows = new List<object>();
            Recover<RecoveryCompleted>(_ => reader.Tell(rows));
            RecoverAny(rows.Add);
        }

        public override string PersistenceId { get; }

        public override Recovery Recovery => new(SnapshotSelectionCriteria.None);
    }
}
