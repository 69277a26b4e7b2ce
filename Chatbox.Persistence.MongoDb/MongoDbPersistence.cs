using Akka.Configuration;

namespace Chatbox.Persistence.MongoDb;

/// <summary>Where the plugins are configured, and with what unless told otherwise (<c>reference.conf</c>).</summary>
public static class MongoDbPersistence
{
    public const string JournalPath = "akka.persistence.journal.mongodb";

    public const string SnapshotStorePath = "akka.persistence.snapshot-store.mongodb";

    /// <summary>Every setting of both plugins.</summary>
    public static Config DefaultConfiguration { get; } =
        ConfigurationFactory.FromResource("reference.conf", typeof(MongoDbPersistence).Assembly);
}
