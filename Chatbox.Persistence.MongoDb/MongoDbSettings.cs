using Akka.Configuration;

namespace Chatbox.Persistence.MongoDb;

/// <summary>What a plugin's section says; what it does not say, <c>reference.conf</c> does.</summary>
/// <param name="UseWriteTransaction">Whether events that belong together are written in a transaction.</param>
/// <param name="AutoInitialize">Whether missing indexes are created before the first access.</param>
/// <param name="CallTimeout">Longest wait for one answer of the server; positive.</param>
internal sealed record MongoDbSettings(
    string ConnectionString,
    string Collection,
    bool UseWriteTransaction,
    bool AutoInitialize,
    TimeSpan CallTimeout
)
{
    /// <summary>Collection of the highest sequence numbers of deleted events; empty for a snapshot store.</summary>
    public string MetadataCollection { get; init; } = "";

    /// <summary>Identifier of the serializer that makes the stand-in for what cannot be read; 0 if that is to fail.</summary>
    public int UnreadableSerializer { get; init; }

    public static MongoDbSettings OfJournal(Config section)
    {
        var config = WithDefaults(section, MongoDbPersistence.JournalPath);
        return Read(config) with { MetadataCollection = config.GetString("metadata-collection") };
    }

    public static MongoDbSettings OfSnapshotStore(Config section) => Read(WithDefaults(section, MongoDbPersistence.SnapshotStorePath));

    // A plugin that is configured under another name (a journal of its own for sharding) has no defaults there.
    private static Config WithDefaults(Config section, string path) =>
        section.WithFallback(MongoDbPersistence.DefaultConfiguration.GetConfig(path));

    /// <exception cref="ConfigurationException">A setting cannot be fulfilled.</exception>
    private static MongoDbSettings Read(Config config)
    {
        if (config.GetBoolean("legacy-serialization"))
            throw new ConfigurationException("legacy-serialization = on is not supported: objects are not written as BSON.");
        var timeout = config.GetTimeSpan("call-timeout", allowInfinite: false);
        if (timeout <= TimeSpan.Zero)
            throw new ConfigurationException("call-timeout must be positive.");
        return new MongoDbSettings(
            config.GetString("connection-string"),
            config.GetString("collection"),
            config.GetBoolean("use-write-transaction"),
            config.GetBoolean("auto-initialize"),
            timeout
        )
        {
            UnreadableSerializer = config.GetInt("unreadable-serializer"),
        };
    }
}
