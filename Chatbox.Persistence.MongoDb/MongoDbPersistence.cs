using Akka.Configuration;

namespace Chatbox.Persistence.MongoDb;

/// <summary>The configuration paths of the plugins, and their default settings.</summary>
public static class MongoDbPersistence
{
    public const string JournalPath = "akka.persistence.journal.mongodb";

    public const string SnapshotStorePath = "akka.persistence.snapshot-store.mongodb";

    /// <summary>The default settings of both plugins (<c>reference.conf</c>).</summary>
    public static Config DefaultConfiguration { get; } =
        ConfigurationFactory.FromResource("reference.conf", typeof(MongoDbPersistence).Assembly);
}
