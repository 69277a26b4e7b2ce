using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Connections;
using Chatbox.Actors.Index;
using Chatbox.Node.Errors;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;

namespace Chatbox.Node.Identity;

/// <summary>
/// Brings withdrawals from the store into the memory of this node, and closes the sockets that they concern. What one node withdraws,
/// every other node knows after <see cref="Interval"/> at the latest, as long as the store answers; a node that starts knows all of it
/// before it takes its first request.
/// </summary>
internal sealed partial class WithdrawalFeed(
    ITokenWithdrawals store,
    WithdrawnTokens tokens,
    IRequiredActor<ConnectionsActor> connections,
    TimeProvider clock,
    ILogger<WithdrawalFeed> log
) : BackgroundService
{
    /// <summary>Between two looks into the store.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Far more than the clocks of two nodes differ, and than a write takes: so late a withdrawal of another node may be seen.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    private DateTimeOffset _newest = DateTimeOffset.MinValue;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Read(cancellationToken);
        }
        catch (IndexUnavailableException e)
        {
            throw new StartupException("STORE", $"the withdrawn tokens cannot be read: {e.Message}", e);
        }

        await base.StartAsync(cancellationToken);
    }

    /// <summary>Withdraws on this node at once. False if the user has as many withdrawals of single tokens as one may have.</summary>
    /// <exception cref="IndexUnavailableException">Nothing is known about whether it is stored.</exception>
    public async Task<bool> Withdraw(Withdrawal withdrawal, CancellationToken cancellationToken)
    {
        if (!await store.Withdraw(withdrawal, cancellationToken))
            return false;
        // A client that has gone must not keep the sockets from hearing of it.
        await Take([withdrawal], CancellationToken.None);
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pause = new PeriodicTimer(Interval, clock);
        var failing = false;
        while (await pause.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Take(await Read(stoppingToken), stoppingToken);
                failing = false;
            }
            catch (IndexUnavailableException e)
            {
                // Once: readyz and the index say themselves that the store is away.
                if (!failing)
                    LogUnread(e);
                failing = true;
            }
        }
    }

    private async Task<IReadOnlyList<Withdrawal>> Read(CancellationToken cancellationToken)
    {
        var since = _newest > DateTimeOffset.MinValue + Overlap ? _newest - Overlap : DateTimeOffset.MinValue;
        var found = await store.WithdrawnSince(since, cancellationToken);
        if (_newest == DateTimeOffset.MinValue)
            tokens.Add(found);
        if (found.Count > 0 && found.Max(withdrawal => withdrawal.At) is var latest && latest > _newest)
            _newest = latest;
        return found;
    }

    // Told after the table has them, so that a socket that looks finds them. The feed may run before the actors do.
    private async Task Take(IReadOnlyList<Withdrawal> withdrawals, CancellationToken cancellationToken)
    {
        if (tokens.Add(withdrawals) is { Count: > 0 } users)
            (await connections.GetAsync(cancellationToken)).Tell(new TokensWithdrawn(users));
    }

    [LoggerMessage(141, LogLevel.Warning, "Withdrawn tokens cannot be read; those that are known stay withdrawn")]
    private partial void LogUnread(Exception failure);
}
