using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Connections;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Node.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using static Chatbox.Tests.Integration.Index.IndexSamples;

namespace Chatbox.Tests.Integration.Index;

/// <summary>Shares that end by themselves, and tokens that are withdrawn, in every store.</summary>
[Collection(IndexCollection.Name)]
public sealed class ExpiryAndWithdrawalTests(IndexStores stores)
{
    private static readonly UserId Alice = new("alice");

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Share_that_has_expired_leads_nowhere_and_never_comes_back(IndexStore store)
    {
        var index = await stores.Open(store);
        var session = Session();
        await index.Apply(session.At(1));
        var end = index.Clock.GetUtcNow().AddMinutes(5);
        var link = (await index.Index.Share(session.SessionId, ShareExpiry.Until(end), default))!;

        Assert.Equal(end, link.ExpiresAt);
        Assert.Equal(link, await index.Index.Share(session.SessionId, ShareExpiry.Unchanged, default));
        Assert.Equal(end, (await index.Index.FindShared(link.Token, default))!.ShareExpiresAt);

        index.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.NotNull(await index.Index.FindShared(link.Token, default));
        index.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(await index.Index.FindShared(link.Token, default));
        Assert.Null((await index.Index.Find(session.SessionId, default))!.ShareToken);

        var again = (await index.Index.Share(session.SessionId, ShareExpiry.Unchanged, default))!;
        Assert.NotEqual(link.Token, again.Token);
        Assert.Null(again.ExpiresAt);
        Assert.Null(await index.Index.FindShared(link.Token, default));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Expiry_moves_and_goes_and_the_token_stays(IndexStore store)
    {
        var index = await stores.Open(store);
        var session = Session();
        await index.Apply(session.At(1));
        var first = (await index.Index.Share(session.SessionId, ShareExpiry.Never, default))!;
        var sooner = index.Clock.GetUtcNow().AddMinutes(1);

        Assert.Equal(first with { ExpiresAt = sooner }, await index.Index.Share(session.SessionId, ShareExpiry.Until(sooner), default));
        Assert.Equal(first, await index.Index.Share(session.SessionId, ShareExpiry.Never, default));
        index.Clock.Advance(TimeSpan.FromDays(1000));
        Assert.NotNull(await index.Index.FindShared(first.Token, default));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Withdrawals_are_kept_and_bounded(IndexStore store)
    {
        var index = await stores.Open(store);
        var withdrawals = index.Withdrawals;
        var now = index.Clock.GetUtcNow();
        for (var n = 0; n < ITokenWithdrawals.MostTokens; n++)
            Assert.True(await withdrawals.Withdraw(new Withdrawal(Alice, $"token {n}", now, now), default));
        Assert.True(await withdrawals.Withdraw(new Withdrawal(Alice, "token 0", now, now), default));
        Assert.False(await withdrawals.Withdraw(new Withdrawal(Alice, "one too many", now, now), default));
        var bob = new Withdrawal(new UserId("bob"), "token 0", now, now);
        Assert.True(await withdrawals.Withdraw(bob, default));

        // A token that is withdrawn alone stays so, though its issuer's clock was ahead.
        var all = new Withdrawal(Alice, null, now.AddSeconds(1), now.AddSeconds(1));
        Assert.True(await withdrawals.Withdraw(all, default));
        Assert.Equal(102, (await withdrawals.WithdrawnSince(DateTimeOffset.MinValue, default)).Count);

        now = now.AddHours(1);
        all = new Withdrawal(Alice, null, now.AddSeconds(2), now.AddSeconds(1));
        Assert.True(await withdrawals.Withdraw(all, default));
        Assert.True(await withdrawals.Withdraw(all with { IssuedBefore = now, At = now.AddSeconds(3) }, default));
        var kept = await index.Withdrawals.WithdrawnSince(DateTimeOffset.MinValue, default);
        Assert.Equal(
            [new Withdrawal(Alice, null, now.AddSeconds(2), now.AddSeconds(3)), bob],
            kept.OrderBy(withdrawal => withdrawal.UserId.Value)
        );
        Assert.Single(await withdrawals.WithdrawnSince(now.AddSeconds(1), default));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Other_nodes_learn_of_a_withdrawal_and_a_node_that_starts_knows_it(IndexStore store)
    {
        var index = await stores.Open(store);
        var (here, there, later) = (new WithdrawnTokens(), new WithdrawnTokens(), new WithdrawnTokens());
        using var mine = Feed(index, here);
        using var other = Feed(index, there);
        await mine.StartAsync(default);
        await other.StartAsync(default);
        var now = index.Clock.GetUtcNow();
        // The clock of the node that withdraws is behind.
        await mine.Withdraw(new Withdrawal(Alice, null, now, now.AddMinutes(-1)), default);

        Assert.True(here.Contains(Alice, now.AddSeconds(-1), "any"));
        await Until(() => there.Contains(Alice, now.AddSeconds(-1), "any"), index);
        using var started = Feed(index, later);
        await started.StartAsync(default);
        Assert.True(later.Contains(Alice, null, null));
        Assert.False(later.Contains(Alice, now, null));
        foreach (var feed in new[] { mine, other, started })
            await feed.StopAsync(default);
    }

    private static WithdrawalFeed Feed(TestIndex index, WithdrawnTokens tokens) =>
        new(index.Withdrawals, tokens, new NoSockets(), index.Clock, NullLogger<WithdrawalFeed>.Instance);

    private static async Task Until(Func<bool> isSo, TestIndex index)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!isSo())
        {
            index.Clock.Advance(WithdrawalFeed.Interval);
            await pause.WaitForNextTickAsync(deadline.Token);
        }
    }

    private sealed class NoSockets : IRequiredActor<ConnectionsActor>
    {
        public IActorRef ActorRef => ActorRefs.Nobody;

        public Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) => Task.FromResult(ActorRef);
    }
}
