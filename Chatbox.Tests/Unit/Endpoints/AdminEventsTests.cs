using System.Text;
using Akka.Actor;
using Akka.Hosting;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Feed;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Feed;
using Chatbox.Node.Health;
using Chatbox.Node.Identity;
using Chatbox.Node.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Endpoints;

/// <summary>The stream of one reader of the admins' feed, with a probe for the feed.</summary>
public sealed class AdminEventsTests : TestKit
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Reader_that_takes_nothing_is_cut_off_and_costs_the_feed_nothing()
    {
        var (clock, metrics) = (new FakeTimeProvider(), new PrometheusMetrics());
        var tokens = new TokenValidator(new JwtOptions { Secret = TestNode.Secret }, clock);
        var events = new AdminEvents(new Feed(TestActor), tokens, new DrainState(), metrics, clock);
        var http = new DefaultHttpContext();
        http.Features.Set(new TokenIdentity(new UserId("eve"), "Eve", ["admin"], ExpiresAt: null));
        http.Response.Body = new StuckStream();

        var served = events.Serve(http);
        clock.Advance(AdminEvents.WriteWithin - TimeSpan.FromTicks(1));
        Assert.False(served.IsCompleted);
        clock.Advance(TimeSpan.FromTicks(1));

        await served.WaitAsync(Deadline);
        ExpectNoMsg(TimeSpan.Zero);
        using var page = new MemoryStream();
        await metrics.Write(page, default);
        var lines = Encoding.UTF8.GetString(page.ToArray()).Split('\n');
        Assert.Contains("chatbox_admin_feed_readers_cut_total 1", lines);
        Assert.Contains("chatbox_admin_feed_readers 0", lines);
    }

    private sealed class Feed(IActorRef actor) : IRequiredActor<AdminFeedProxy>
    {
        public IActorRef ActorRef => actor;

        public Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) => Task.FromResult(actor);
    }

    /// <summary>A connection whose other side reads nothing.</summary>
    private sealed class StuckStream : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
