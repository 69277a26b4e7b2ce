using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit;
using Chatbox.Tests.Unit.MongoDb;

namespace Chatbox.Tests.Integration.MongoDb;

/// <summary>Sends a journal the messages of a persistent actor.</summary>
internal sealed class JournalClient(IActorRef journal, TestProbe probe)
{
    private const int Instance = 3;

    public static AtomicWrite Single(string id, long sequenceNr, object content) => new(Event(id, sequenceNr, content));

    public static AtomicWrite Together(string id, long first, params string[] texts) =>
        new([.. texts.Select((text, at) => Event(id, first + at, new Note(text)))]);

    /// <summary>Writes events one after the other, each as a batch of its own.</summary>
    public void Write(string id, long first, params string[] texts)
    {
        foreach (var (at, text) in texts.Index())
            Assert.IsType<WriteMessageSuccess>(Assert.Single(Write([Single(id, first + at, new Note(text))])));
    }

    /// <summary>Writes a batch.</summary>
    /// <returns>One reply per event.</returns>
    public IReadOnlyList<object> Write(IReadOnlyList<AtomicWrite> batch)
    {
        journal.Tell(new WriteMessages(batch, probe.Ref, Instance), probe.Ref);
        probe.ExpectMsg<object>(answer => Assert.True(answer is WriteMessagesSuccessful or WriteMessagesFailed, $"{answer}"));
        return [.. Enumerable.Range(0, batch.Sum(write => write.Size)).Select(_ => probe.ExpectMsg<object>())];
    }

    /// <summary>Writes an empty batch, as an actor does that only defers a handler.</summary>
    public void WriteNothing()
    {
        journal.Tell(new WriteMessages([], probe.Ref, Instance), probe.Ref);
        probe.ExpectMsg<WriteMessagesSuccessful>();
    }

    /// <summary>Replays events between two sequence numbers, both inclusive.</summary>
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

    /// <summary>Deletes the events up to a sequence number, inclusive.</summary>
    public void Delete(string id, long to)
    {
        journal.Tell(new DeleteMessagesTo(id, to, probe.Ref), probe.Ref);
        Assert.Equal(to, probe.ExpectMsg<DeleteMessagesSuccess>().ToSequenceNr);
    }

    private static Persistent Event(string id, long sequenceNr, object content) =>
        new(content, sequenceNr, id, sender: ActorRefs.NoSender, writerGuid: "writer");
}
