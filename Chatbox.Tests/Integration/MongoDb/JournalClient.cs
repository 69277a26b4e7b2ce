using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit;
using Chatbox.Tests.Unit.MongoDb;

namespace Chatbox.Tests.Integration.MongoDb;

/// <summary>Speaks with a journal as a persistent actor does.</summary>
internal sealed class JournalClient(IActorRef journal, TestProbe probe)
{
    private const int Instance = 3;

    public static AtomicWrite Single(string id, long sequenceNr, object content) => new(Event(id, sequenceNr, content));

    public static AtomicWrite Together(string id, long first, params string[] texts) =>
        new([.. texts.Select((text, at) => Event(id, first + at, new Note(text)))]);

    /// <summary>Writes one event after the other, a batch of its own for each.</summary>
    public void Write(string id, long first, params string[] texts)
    {
        foreach (var (at, text) in texts.Index())
            Assert.IsType<WriteMessageSuccess>(Assert.Single(Write([Single(id, first + at, new Note(text))])));
    }

    /// <summary>Writes a batch.</summary>
    /// <returns>An answer for each event.</returns>
    public IReadOnlyList<object> Write(IReadOnlyList<AtomicWrite> batch)
    {
        journal.Tell(new WriteMessages(batch, probe.Ref, Instance), probe.Ref);
        probe.ExpectMsg<object>(answer => Assert.True(answer is WriteMessagesSuccessful or WriteMessagesFailed, $"{answer}"));
        return [.. Enumerable.Range(0, batch.Sum(write => write.Size)).Select(_ => probe.ExpectMsg<object>())];
    }

    /// <summary>An empty batch: an actor that only defers a handler sends one.</summary>
    public void WriteNothing()
    {
        journal.Tell(new WriteMessages([], probe.Ref, Instance), probe.Ref);
        probe.ExpectMsg<WriteMessagesSuccessful>();
    }

    /// <summary>Both bounds are inclusive.</summary>
    public (IReadOnlyList<IPersistentRepresentation> Events, long Highest) Replay(
        string id,
        long from = 1,
        long to = long.MaxValue,
        long max = long.MaxValue
    )
    {
        journal.Tell(new ReplayMessages(from, to, max, id, probe.Ref), probe.Ref);
        var events = new List<IPersistentRepresentation>();
        while (true)
        {
            switch (probe.ExpectMsg<object>())
            {
                case ReplayedMessage replayed:
                    events.Add(replayed.Persistent);
                    break;
                case RecoverySuccess end:
                    return (events, end.HighestSequenceNr);
                case var other:
                    throw new InvalidOperationException($"The replay answered {other}.");
            }
        }
    }

    public IReadOnlyList<string> Texts(string id, long from = 1, long to = long.MaxValue, long max = long.MaxValue) =>
        [.. Replay(id, from, to, max).Events.Select(message => ((Note)message.Payload).Text)];

    /// <summary>Up to and including a sequence number.</summary>
    public void Delete(string id, long to)
    {
        journal.Tell(new DeleteMessagesTo(id, to, probe.Ref), probe.Ref);
        Assert.Equal(to, probe.ExpectMsg<DeleteMessagesSuccess>().ToSequenceNr);
    }

    private static Persistent Event(string id, long sequenceNr, object content) =>
        new(content, sequenceNr, id, sender: ActorRefs.NoSender, writerGuid: "writer");
}
