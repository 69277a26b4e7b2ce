using Akka.Actor;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Sessions.Viewers;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>Who stays with a session that rests.</summary>
public sealed class RestingViewersTests : TestKit
{
    private readonly RestingViewers _resting = new();

    [Fact]
    public void Session_that_wakes_gets_its_viewers_once()
    {
        var (shard, one, two) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        _resting.Rest(Id, shard, [At(one, 3), At(two, 4)]);

        Assert.Equal(shard.Ref, _resting.ShardOf(Id, one));
        Assert.Equal([At(one, 3), At(two, 4)], _resting.Wake(Id));
        Assert.Empty(_resting.Wake(Id));
        Assert.Null(_resting.ShardOf(Id, one));
    }

    [Fact]
    public void Viewer_that_leaves_is_not_woken_and_the_others_stay()
    {
        var (one, two) = (CreateTestProbe(), CreateTestProbe());
        _resting.Rest(Id, CreateTestProbe(), [At(one, 3), At(two, 4)]);

        _resting.Leave(Id, one);

        Assert.Null(_resting.ShardOf(Id, one));
        Assert.Equal([At(two, 4)], _resting.Wake(Id));
    }

    [Fact]
    public void Viewer_that_does_not_rest_has_nothing_to_leave()
    {
        _resting.Leave(Id, TestActor);
        _resting.Rest(Id, CreateTestProbe(), [At(CreateTestProbe(), 3)]);
        _resting.Leave(Id, TestActor);

        Assert.Null(_resting.ShardOf(Id, TestActor));
        Assert.Single(_resting.Wake(Id));
    }

    private static RestingViewers.Viewer At(IActorRef viewer, long seq) => new(viewer, new AttachViewer(Id, Alice, 1, seq, null, null), 0);
}
