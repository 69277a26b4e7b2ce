using Akka.Configuration;

namespace Chatbox.Persistence.MongoDb;

/// <summary>The settings of one plugin, from its section and, for missing ones, from <c>reference.conf</c>.</summary>
/// <param name="UseWriteTransaction">Whether the events of one write are stored in a transaction.</param>
/// <param name="AutoInitialize">Whether missing indexes are created before the first access.</param>
/// <param name="CallTimeout">Longest wait for one reply of the server; positive.</param>
internal sealed record MongoDbSettings(
    string ConnectionString,
    string Collection,
    bool UseWriteTransaction,
    bool AutoInitialize,
    TimeSpan CallTimeout
)
{
    /// <summary>The collection with the highest sequence numbers of deleted events; empty for a snapshot store.</summary>
    public string MetadataCollection { get; init; } = "";

    /// <summary>Identifier of the serializer that creates the stand-in for an unreadable row; 0 to fail instead.</summary>
    public int UnreadableSerializer { get; init; }

    public static MongoDbSettings OfJournal(Config section)
    {
        var config = WithDefaults(section, MongoDbPersistence.JournalPath);
        return Read(config) with { MetadataCollection = config.GetString("metadata-collection") };
    }

    public static MongoDbSettings OfSnapshotStore(Config section) => Read(WithDefaults(section, MongoDbPersistence.SnapshotStorePath));

    // A plugin under another name, such as a separate journal for sharding, has no section in reference.conf.
    private static Config WithDefaults(Config section, string path) =>
        section.WithFallback(MongoDbPersistence.DefaultConfiguration.GetConfig(path));

    /// <exception cref="ConfigurationException">A setting has an unsupported value.</exception>
    private static MongoDbSettings Read(Config config)
    {
        if (config.GetBoolean("legacy-serialization"))
            throw new ConfigurationException("legacy-serialization = on is not supported: this plugin does not write objects as BSON.");
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
