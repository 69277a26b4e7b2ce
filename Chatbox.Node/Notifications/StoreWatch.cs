using System.Collections.Immutable;
using Chatbox.Actors.Index;
using Chatbox.Messages.Notifications;
using Chatbox.Node.Health;
using Chatbox.Node.Stores;

namespace Chatbox.Node.Notifications;

/// <summary>
/// Looks at the journal and the index, and tells of an outage directly: the outbox itself needs the store. Every node tells of the outage
/// that it sees. What it has not told when it stops is lost.
/// </summary>
internal sealed partial class StoreWatch(
    Readiness readiness,
    NodeStore store,
    IndexState index,
    DirectNotifier notifier,
    NotifierOptions options,
    TimeProvider clock,
    ILogger<StoreWatch> log
) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly StoreOutage _outage = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = new PeriodicTimer(Interval, clock);
        while (await ticks.WaitForNextTickAsync(stoppingToken))
        {
            var check = await readiness.Check(store.Name);
            var part =
                !check.IsReady ? "journal"
                : index.IsFailing ? "index"
                : null;
            Observe(part, stoppingToken);
        }
    }

    private void Observe(string? failing, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var news = _outage.Observe(failing is null, now);
        if (news == StoreNews.None || _outage.ToldOutage is not { } since)
            return;
        var facts = ImmutableSortedDictionary
            .Create<string, string>(StringComparer.Ordinal)
            .Add("store", store.Name)
            .Add("node", options.Notifications.NodeName);
        var id = $"store_down:{options.Notifications.NodeName}:{since.UtcTicks}";
        if (news == StoreNews.Works)
            _outage.Close();
        else
            LogFails(failing!);
        notifier.Tell(
            news == StoreNews.Failed
                ? new Incident(IncidentKind.StoreDown, new IncidentId(id), since) { Facts = facts.Add("part", failing!) }
                : new Incident(IncidentKind.StoreDown, new IncidentId($"{id}:over"), now) { IsOver = true, Facts = facts },
            cancellationToken
        );
    }

    [LoggerMessage(231, LogLevel.Error, "The {Part} has not worked for a while; admins are told directly, if NOTIFY_STORE_DOWN says so")]
    private partial void LogFails(string part);
}
