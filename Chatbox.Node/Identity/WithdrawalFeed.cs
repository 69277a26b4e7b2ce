using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Connections;
using Chatbox.Actors.Index;
using Chatbox.Node.Errors;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;

namespace Chatbox.Node.Identity;

/// <summary>
/// Loads withdrawals from the store into the memory of this node, and closes the affected sockets. While the store responds, every node
/// knows a withdrawal after <see cref="Interval"/> at the latest. A node that starts loads all withdrawals before its first request.
/// </summary>
internal sealed partial class WithdrawalFeed(
    ITokenWithdrawals store,
    WithdrawnTokens tokens,
    IRequiredActor<ConnectionsActor> connections,
    TimeProvider clock,
    ILogger<WithdrawalFeed> log
) : BackgroundService
{
    /// <summary>Interval between two reads of the store.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Reads go back by this time, which exceeds the clock difference between nodes and the duration of a write.</summary>
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

    /// <summary>
    /// Stores a withdrawal and applies it on this node at once. False if the user already has the maximum number of withdrawals of single
    /// tokens.
    /// </summary>
    /// <exception cref="IndexUnavailableException">The store does not respond; the withdrawal may be stored or not.</exception>
    public async Task<bool> Withdraw(Withdrawal withdrawal, CancellationToken cancellationToken)
    {
        if (!await store.Withdraw(withdrawal, cancellationToken))
            return false;
        // Not cancelled when the client disconnects: the sockets must learn of the stored withdrawal.
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
                // Logged once per outage, which readyz and the index report too.
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

    // The actors are told after the table is updated, so that sockets find the withdrawals there. The feed may start before the actors.
    private async Task Take(IReadOnlyList<Withdrawal> withdrawals, CancellationToken cancellationToken)
    {
        if (tokens.Add(withdrawals) is { Count: > 0 } users)
            (await connections.GetAsync(cancellationToken)).Tell(new TokensWithdrawn(users));
    }

    [LoggerMessage(141, LogLevel.Warning, "Withdrawn tokens cannot be read; those that are known stay withdrawn")]
    private partial void LogUnread(Exception failure);
}
