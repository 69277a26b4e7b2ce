using Akka.Persistence;
using Chatbox.Persistence.MongoDb.Journal;
using Chatbox.Tests.Unit.MongoDb;
using static Chatbox.Tests.Integration.MongoDb.JournalClient;

namespace Chatbox.Tests.Integration.MongoDb;

/// <summary>Tests of atomic writes, and of two writers with one persistence id.</summary>
public sealed class MongoDbAtomicTests() : MongoDbTestKit(OneByOneJournal)
{
    private const string OneByOne = "akka.persistence.journal.one-by-one";

    private const string OneByOneJournal = $$"""
        akka.persistence.journal.one-by-one {
          connection-string = "{{Uri}}"
          class = "Chatbox.Persistence.MongoDb.Journal.MongoDbJournal, Chatbox.Persistence.MongoDb"
          use-write-transaction = off
        }
        """;

    [FactRequiresMongoReplicaSet]
    public void Events_that_belong_together_are_stored_in_their_order()
    {
        var journal = Journal();

        var answers = journal.Write([Single("a", 1, new Note("1")), Together("a", 2, "2", "3", "4"), Single("a", 5, new Note("5"))]);

        Assert.All(answers, answer => Assert.IsType<WriteMessageSuccess>(answer));
        Assert.Equal(["1", "2", "3", "4", "5"], journal.Texts("a"));
    }

    [FactRequiresMongoReplicaSet]
    public void Of_events_that_belong_together_none_is_stored_if_one_cannot_be()
    {
        var journal = Journal();
        journal.Write("a", 3, "first writer");

        var answers = journal.Write([Together("a", 1, "1", "2", "3", "4")]);

        Assert.All(answers, answer => Assert.IsType<DuplicateEventException>(Assert.IsType<WriteMessageFailure>(answer).Cause));
        Assert.Equal(["first writer"], journal.Texts("a"));
    }

    [FactRequiresMongoAlone]
    public void Without_transactions_events_that_belong_together_are_rejected_and_the_reason_is_told()
    {
        var journal = Journal();

        var answers = journal.Write([Single("a", 1, new Note("1")), Together("a", 2, "2", "3"), Single("a", 4, new Note("4"))]);

        Assert.IsType<WriteMessageSuccess>(answers[0]);
        Assert.All(
            answers.Skip(1).Take(2),
            answer =>
            {
                var cause = Assert.IsType<WriteMessageRejected>(answer).Cause;
                Assert.IsType<NotSupportedException>(cause);
                Assert.Contains("use-write-transaction", cause.Message, StringComparison.Ordinal);
            }
        );
        Assert.IsType<WriteMessageSuccess>(answers[3]);
        Assert.Equal(["1", "4"], journal.Texts("a"));
    }

    [FactRequiresMongo]
    public void Without_use_write_transaction_events_that_belong_together_are_stored_one_after_the_other()
    {
        var journal = Journal(OneByOne);

        var answers = journal.Write([Together("a", 1, "1", "2", "3")]);

        Assert.All(answers, answer => Assert.IsType<WriteMessageSuccess>(answer));
        Assert.Equal(["1", "2", "3"], journal.Texts("a"));
    }

    [FactRequiresMongo]
    public void The_second_writer_of_a_place_fails()
    {
        var journal = Journal();
        journal.Write("a", 1, "first writer");

        var answer = Assert.Single(journal.Write([Single("a", 1, new Note("second writer"))]));

        var cause = Assert.IsType<DuplicateEventException>(Assert.IsType<WriteMessageFailure>(answer).Cause);
        Assert.Contains(" a:", cause.Message, StringComparison.Ordinal);
        Assert.Equal(["first writer"], journal.Texts("a"));
    }

    [FactRequiresMongo]
    public void What_comes_after_a_refused_event_is_not_stored()
    {
        var journal = Journal();
        journal.Write("a", 2, "first writer");

        var answers = journal.Write([Single("a", 1, new Note("1")), Single("a", 2, new Note("2")), Single("a", 3, new Note("3"))]);

        Assert.All(answers, answer => Assert.IsType<WriteMessageFailure>(answer));
        Assert.Equal(["1", "first writer"], journal.Texts("a"));
    }
}
