using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Users;
using Chatbox.Messages;
using Chatbox.Messages.Serialization;
using Chatbox.Tests.Unit.Serialization;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>Every event that a journal may hold has a place in the states that follow the journal.</summary>
public sealed class EventPlacementTests
{
    private static readonly SessionId Id = SessionKit.Id;

    public static TheoryData<Type> SessionEvents => [.. TypesOf<ISessionEvent>()];

    public static TheoryData<Type> UserEvents => [.. TypesOf<IUserEvent>()];

    [Theory]
    [MemberData(nameof(SessionEvents))]
    public void Session_places_every_event(Type type)
    {
        var @event = (ISessionEvent)Sample(type);

        AssertPlaced(() => new SessionState(Id).Apply(@event, 1));
        AssertPlaced(() => SessionLifecycle.Unopened.After(@event, isOpened: true));
        AssertPlaced(() => SessionLifecycle.Unopened.After(@event, isOpened: false));
    }

    [Theory]
    [MemberData(nameof(UserEvents))]
    public void User_places_every_event(Type type) =>
        AssertPlaced(() => new UserState(SessionKit.Alice).Apply((IUserEvent)Sample(type), 1));

    [Fact]
    public void Event_without_a_place_is_refused()
    {
        var @event = new Unplaced();

        Assert.Throws<UnknownEventException>(() => new SessionState(Id).Apply(@event, 1));
        Assert.Throws<UnknownEventException>(() => SessionLifecycle.Unopened.After(@event, isOpened: true));
        Assert.Throws<UnknownEventException>(() => SessionLifecycle.Unopened.After(@event, isOpened: false));
        Assert.Throws<UnknownEventException>(() => new UserState(SessionKit.Alice).Apply(@event, 1));
    }

    // The event may be impossible in a fresh state; only an event that nobody has placed is an error here.
    private static void AssertPlaced(Func<object?> apply) => Assert.IsNotType<UnknownEventException>(Record.Exception(apply));

    private static IEnumerable<Type> TypesOf<TEvent>() =>
        typeof(ChatboxWire).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(TEvent)) && !type.IsInterface);

    private static object Sample(Type type) => SampleValue.Empty(type);

    private sealed record Unplaced : ISessionEvent, IUserEvent
    {
        public SessionId SessionId => Id;

        public UserId UserId => SessionKit.Alice;

        public DateTimeOffset At => DateTimeOffset.UnixEpoch;
    }
}
