using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Chatbox.Tests.Harness;

/// <summary>Akka's journal in memory, which also keeps every event that is deleted from it, for tests that replay all that ever happened.</summary>
public sealed class ArchivingJournal : MemoryJournal
{
    /// <summary>Configuration of an actor system that uses this journal.</summary>
    public static readonly string Config = $$"""
        akka.persistence.journal.plugin = "akka.persistence.journal.archiving"
        akka.persistence.journal.archiving {
          class = "{{typeof(ArchivingJournal).AssemblyQualifiedName}}"
          plugin-dispatcher = "akka.actor.default-dispatcher"
        }
        """;

    private static readonly ConcurrentDictionary<string, ImmutableList<object>> Archive = new();

    /// <summary>The events of a persistent actor from its first one, whether deleted or not.</summary>
    public static IReadOnlyList<object> Of(string persistenceId) => Archive.GetValueOrDefault(persistenceId, []);

    protected override async Task<IImmutableList<Exception?>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages,
        CancellationToken cancellationToken
    )
    {
        var writes = messages.ToList();
        var outcome = await base.WriteMessagesAsync(writes, cancellationToken);
        foreach (var row in writes.SelectMany(write => (IImmutableList<IPersistentRepresentation>)write.Payload))
            Archive.AddOrUpdate(row.PersistenceId, _ => [row.Payload], (_, rows) => rows.Add(row.Payload));
        return outcome!;
    }
}
