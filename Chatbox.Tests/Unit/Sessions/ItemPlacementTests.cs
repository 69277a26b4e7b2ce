using System.Collections.Immutable;
using Akka.Actor;
using Chatbox.Actors.Sessions.Answers;
using Chatbox.Actors.Sessions.Indexing;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using Chatbox.Tests.Unit.Serialization;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>Every kind of item has a place wherever the items of a conversation are told apart.</summary>
public sealed class ItemPlacementTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;
    private static readonly UserItem Question = new(1, new("q"), new("a"), "Why?", ImmutableSortedDictionary<string, string>.Empty, At, At);

    public static TheoryData<Type> Kinds =>
        [.. typeof(SessionItem).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(SessionItem)) && !type.IsAbstract)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Snapshot_keeps_every_item(Type kind) => Assert.IsType(kind, Kept(Sample(kind)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Totals_place_every_item(Type kind) => Assert.NotNull(Recounted(Sample(kind)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Index_places_every_item(Type kind) => Assert.Equal(Sample(kind).MessageId, IndexedItem.From(Sample(kind)).MessageId);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Prompt_places_every_item(Type kind) => Assert.NotEmpty(PromptWith(Sample(kind)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_item_has_a_frame(Type kind) => Assert.False(Frame(Sample(kind)).IsEmpty);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Viewer_passes_every_item(Type kind) => Assert.Equal(Sample(kind).Seq, CursorAfter(Sample(kind)));

    [Fact]
    public void Item_without_a_place_is_refused()
    {
        var item = new Unplaced();

        Assert.Throws<ArgumentException>(() => Kept(item));
        Assert.Throws<InvalidOperationException>(() => Recounted(item));
        Assert.Throws<InvalidOperationException>(() => IndexedItem.From(item));
        Assert.Throws<InvalidOperationException>(() => PromptWith(item));
        Assert.Throws<InvalidOperationException>(() => Frame(item));
        Assert.Throws<InvalidOperationException>(() => CursorAfter(item));
    }

    private static SessionItem Kept(SessionItem item)
    {
        var row = ChatboxWire.Table.For(typeof(SessionSnapshot));
        return ((SessionSnapshot)row.Read(row.Write(Snapshot(item)))).Items[^1];
    }

    private static SessionTotals? Recounted(SessionItem item) => SessionCounting.Recount(Snapshot(item));

    private static IReadOnlyList<Microsoft.Extensions.AI.ChatMessage> PromptWith(SessionItem item) =>
        Prompt.For(SessionState.From(Snapshot(item)), SessionKit.TwoModels.Models[0], null);

    private static ReadOnlyMemory<byte> Frame(SessionItem item) => View(item).Item(item);

    private static long CursorAfter(SessionItem item)
    {
        var cursor = new ViewerCursor(
            ActorRefs.Nobody,
            new AttachViewer(SessionKit.Id, SessionKit.Alice, 1, 0, null, null),
            0,
            (_, _) => default,
            new NoMetrics()
        );
        cursor.Pump(View(item));
        return cursor.Seq;
    }

    private static SessionView View(SessionItem item)
    {
        var session = new LoadedSession(SessionKit.Id, SessionBounds.Default);
        session.Restore(Snapshot(item));
        return new SessionView(session, () => 0, TimeProvider.System);
    }

    // The item comes after the question that is being answered.
    private static SessionSnapshot Snapshot(SessionItem item) =>
        new(
            SessionKit.Id,
            SessionKit.Alice,
            new ModelId("m"),
            null,
            [Question, item],
            0,
            new RunningAnswer(Question.AnswerId, Question.MessageId, new ModelId("m"), "", 0, null),
            [],
            []
        )
        {
            Totals = SessionCounting.OpenedAt(At),
        };

    private static SessionItem Sample(Type kind) => (SessionItem)SampleValue.Filled(kind);

    private sealed record Unplaced() : SessionItem(2, new MessageId("u"), ItemPlacementTests.At)
    {
        public override int Length => 0;
    }
}
