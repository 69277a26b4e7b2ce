using Akka.Persistence;
using Akka.Persistence.Journal;
using Chatbox.Tests.Unit.MongoDb;
using MongoDB.Bson;
using static Chatbox.Tests.Integration.MongoDb.JournalClient;

namespace Chatbox.Tests.Integration.MongoDb;

/// <summary>Tests of what Akka requires of a journal.</summary>
public sealed class MongoDbJournalTests : MongoDbTestKit
{
    [FactRequiresMongo]
    public void Events_come_back_as_they_were_written_and_in_their_order()
    {
        var journal = Journal();
        journal.Write("a", 1, "one", "two", "three");
        journal.Write("b", 1, "other");

        var (events, highest) = journal.Replay("a");

        Assert.Equal([new Note("one"), new Note("two"), new Note("three")], events.Select(e => e.Payload));
        Assert.Equal([1, 2, 3], events.Select(e => e.SequenceNr));
        Assert.All(events, e => Assert.Equal(("a", "writer"), (e.PersistenceId, e.WriterGuid)));
        Assert.Equal(3, highest);
    }

    [FactRequiresMongo]
    public void A_long_log_comes_back_in_its_order()
    {
        var journal = Journal();
        string[] texts = [.. Enumerable.Range(1, 500).Select(number => $"{number}")];
        Assert.All(
            journal.Write([.. texts.Select((text, at) => Single("a", at + 1, new Note(text)))]),
            answer => Assert.IsType<WriteMessageSuccess>(answer)
        );

        Assert.Equal(texts, journal.Texts("a"));
    }

    [FactRequiresMongo]
    public void A_replay_keeps_to_its_range_and_its_count()
    {
        var journal = Journal();
        journal.Write("a", 1, "1", "2", "3", "4", "5");

        Assert.Equal(["2", "3", "4"], journal.Texts("a", from: 2, to: 4));
        Assert.Equal(["4", "5"], journal.Texts("a", from: 4));
        Assert.Equal(["3"], journal.Texts("a", from: 3, to: 3));
        Assert.Equal(["2", "3"], journal.Texts("a", from: 2, max: 2));
        Assert.Empty(journal.Texts("a", max: 0));
        Assert.Empty(journal.Texts("a", from: 4, to: 3));
        Assert.Empty(journal.Texts("a", from: 6));
    }

    [FactRequiresMongo]
    public void The_highest_sequence_number_is_told_whatever_is_replayed()
    {
        var journal = Journal();
        journal.Write("a", 1, "1", "2", "3");

        Assert.Equal(3, journal.Replay("a").Highest);
        Assert.Equal(3, journal.Replay("a", to: 1).Highest);
        Assert.Equal(3, journal.Replay("a", from: 9).Highest);
        Assert.Equal(0, journal.Replay("unknown").Highest);
    }

    [FactRequiresMongo]
    public void Deleted_events_are_gone_and_the_later_ones_are_not()
    {
        var journal = Journal();
        journal.Write("a", 1, "1", "2", "3", "4");
        journal.Write("b", 1, "other");

        journal.Delete("a", 2);

        Assert.Equal(["3", "4"], journal.Texts("a"));
        Assert.Equal(["other"], journal.Texts("b"));
        Assert.Equal(["a_3", "a_4", "b_1"], Documents("EventJournal").Select(document => document["_id"].AsString).Order());
        Assert.Empty(Documents("Metadata"));
    }

    [FactRequiresMongo]
    public void A_log_that_is_deleted_whole_keeps_its_highest_sequence_number()
    {
        var journal = Journal();
        journal.Write("a", 1, "1", "2", "3");

        journal.Delete("a", long.MaxValue);
        journal.Delete("a", long.MaxValue);

        var (events, highest) = journal.Replay("a");
        Assert.Empty(events);
        Assert.Equal(3, highest);
        Assert.Empty(Documents("EventJournal"));
        Assert.Equal(
            BsonDocument.Parse("""{ "_id": "a", "PersistenceId": "a", "SequenceNr": NumberLong(3) }""").OrderBy(field => field.Name),
            Assert.Single(Documents("Metadata")).OrderBy(field => field.Name)
        );
    }

    [FactRequiresMongo]
    public void A_log_goes_on_after_it_was_deleted()
    {
        var journal = Journal();
        journal.Write("a", 1, "1", "2");
        journal.Delete("a", 2);

        journal.Write("a", 3, "3");

        Assert.Equal(["3"], journal.Texts("a"));
        Assert.Equal(3, journal.Replay("a").Highest);
    }

    [FactRequiresMongo]
    public void A_batch_in_which_nothing_is_to_be_stored_is_accepted()
    {
        var journal = Journal();

        journal.WriteNothing();
        journal.Write("a", 1, "1");

        Assert.Equal(["1"], journal.Texts("a"));
    }

    [FactRequiresMongo]
    public void An_event_that_its_serializer_refuses_is_rejected_alone()
    {
        var journal = Journal();

        var answers = journal.Write([
            Single("a", 1, new Note("1")),
            Single("a", 2, new Note(NoteSerializer.Refused)),
            Single("a", 3, new Note("3")),
        ]);

        Assert.IsType<WriteMessageSuccess>(answers[0]);
        Assert.IsType<FormatException>(Assert.IsType<WriteMessageRejected>(answers[1]).Cause);
        Assert.IsType<WriteMessageSuccess>(answers[2]);
        Assert.Equal(["1", "3"], journal.Texts("a"));
    }

    [FactRequiresMongo]
    public void Tags_are_stored_and_the_event_comes_back_without_them()
    {
        var journal = Journal();

        journal.Write([Single("a", 1, new Tagged(new Note("1"), ["red"]))]);

        Assert.Equal(["1"], journal.Texts("a"));
        Assert.Equal(["red"], Assert.Single(Documents("EventJournal"))["Tags"].AsBsonArray.Select(tag => tag.AsString));
    }
}
