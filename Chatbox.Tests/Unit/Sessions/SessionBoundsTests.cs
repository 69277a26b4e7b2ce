using System.Collections.Immutable;
using Chatbox.Actors.Sessions.Indexing;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>Text and metadata of messages count against the bounds of a session's memory and of its index feed.</summary>
public sealed class SessionBoundsTests
{
    private static readonly SessionId Id = SessionId.New();
    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ImmutableSortedDictionary<string, string> Much = Enumerable
        .Range(0, 50)
        .ToImmutableSortedDictionary(n => $"{n:D3}{new string('k', 200)}", _ => new string('v', 1_000));

    public static TheoryData<string> Kinds => new() { "submitted", "imported" };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Metadata_counts_in_the_state_and_in_what_waits_for_the_index(string kind)
    {
        var (state, feed, seq) = (new SessionState(Id), new IndexFeed(), 0L);
        Apply(
            kind == "imported"
                ? new SessionImported(
                    Id,
                    new UserId("alice"),
                    new ModelId("m"),
                    new SessionTotals(null, At, At, 0, 0, default, default, 0),
                    At
                )
                : new SessionOpened(Id, new UserId("alice"), new ModelId("m"), At)
        );
        for (var n = 0; n < 40; n++)
        {
            if (kind == "imported")
            {
                Apply(new MessageImported(Id, new MessageId($"q{n}"), ImportedSender.User, "x", Much, null, null, null, At));
                continue;
            }

            Apply(
                new MessageSubmitted(
                    Id,
                    new CommandId($"c{n}"),
                    new MessageId($"q{n}"),
                    new MessageId($"a{n}"),
                    new UserId("alice"),
                    "x",
                    Much,
                    At,
                    At
                )
            );
            Apply(new AnswerFinished(Id, null, new MessageId($"a{n}"), 0, "y", FinishReason.Stop, default, null, null, At));
        }

        var kept = state.Items.Sum(i => (long)i.Length);
        Assert.InRange(kept, 1, SessionBounds.Default.Length);
        Assert.True(state.ReplayableAfter > 0);
        Assert.True(feed.IsFull);
        Assert.Equal(kept, SessionState.From(state.ToSnapshot(0)).Items.Sum(i => (long)i.Length));
        var update = feed.Next()!;
        Assert.InRange(update.Messages.Sum(m => (long)m.Length), 1, IndexFeed.MaxUpdateLength + 65_536);
        for (; ; update = feed.Next()!)
        {
            feed.Acknowledge(update.Seq);
            if (feed.IsEmpty)
                break;
        }

        Assert.False(feed.IsFull);

        void Apply(ISessionEvent @event)
        {
            var before = state;
            state = state.Apply(@event, ++seq);
            feed.Note(before, @event, state, seq);
        }
    }
}
