using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Sealing;
using Chatbox.Node.Stores;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Where conversations are kept.</summary>
internal static class StoreSettings
{
    public static readonly SettingSection Section = new("Store");

    public static readonly Setting<StoreKind?> Store = Section.Add(
        "STORE",
        Values.OneOf(("sqlite", StoreKind.Sqlite), ("postgres", StoreKind.Postgres), ("mongodb", StoreKind.MongoDb)),
        null,
        "Which database keeps conversations.",
        "sqlite when neither MONGO_URI nor POSTGRES_URI is set"
    );

    public static readonly Setting<string> DataDirectory = Section.Add(
        "DATA_DIR",
        Values.Text(4096),
        "./data",
        "Folder of the SQLite files, local uploads and development secrets; made if absent."
    );

    public static readonly Setting<string> PostgresUri = Section.Add(
        "POSTGRES_URI",
        Values.Secret,
        "",
        "Address of PostgreSQL: postgres://user:password@host:port/database, or the driver's own form."
    );

    public static readonly Setting<TimeSpan> PostgresConnectTimeout = Section.Add(
        "POSTGRES_CONNECT_TIMEOUT",
        Values.Duration("1s", "10m"),
        TimeSpan.FromSeconds(10),
        "Longest wait for a connection, in whole seconds."
    );

    public static readonly Setting<int> PostgresMaxConnections = Section.Add(
        "POSTGRES_MAX_CONNECTIONS",
        Values.Number(4, 1000),
        30,
        "Connections of this node at once, besides one that shows that it runs. All nodes together must stay below the server's max_connections, which is 100 by default."
    );

    public static readonly Setting<int> PostgresRetryAttempts = Section.Add(
        "POSTGRES_RETRY_ATTEMPTS",
        Values.Number(0, 100),
        3,
        "How often a node that starts tries again to reach PostgreSQL."
    );

    public static readonly Setting<TimeSpan> PostgresRetryDelay = Section.Add(
        "POSTGRES_RETRY_DELAY",
        Values.Duration("0", "1m"),
        TimeSpan.FromMilliseconds(100),
        "Wait before the first of these tries, twice as long before each further one."
    );

    public static readonly Setting<SealingKey?> EncryptionKey = Section.Add(
        "ENCRYPTION_KEY",
        KeyValues.Key,
        null,
        "Key that seals stored content: 32 bytes as text, or base64: or hex: and the bytes. Its id is default."
    );

    public static readonly Setting<IReadOnlyList<SealingKey>> EncryptionKeys = Section.Add(
        "ENCRYPTION_KEYS",
        KeyValues.Ring,
        [],
        "Keys with their ids, id:key, separated by commas; the first seals, all open. Instead of ENCRYPTION_KEY."
    );
}

/// <summary>MongoDB, which a deployment of the replaced service has; a store of all nodes like PostgreSQL.</summary>
internal static class MongoSettings
{
    public static readonly SettingSection Section = new("MongoDB", "MONGO_", "dbs:chat");

    public static readonly Setting<string> Uri = Section.Add(
        "MONGO_URI",
        Values.Secret,
        "",
        "Address of a MongoDB replica set: mongodb://user:password@host:port/?replicaSet=rs0."
    );

    public static readonly Setting<string> Database = Section.Add("MONGO_DATABASE", Values.Text(63), "chat", "Database.");

    public static readonly Setting<string> Collection = Section.Add(
        "MONGO_COLLECTION",
        Values.Text(120),
        "sessions",
        "Collection of the replaced service's sessions."
    );

    public static readonly Setting<TimeSpan> ConnectTimeout = Section.Add(
        "MONGO_CONNECT_TIMEOUT",
        Values.Duration("10ms", "10m"),
        TimeSpan.FromSeconds(10),
        "Longest wait for a connection."
    );

    public static readonly Setting<int> RetryAttempts = Section.Add(
        "MONGO_RETRY_ATTEMPTS",
        Values.Number(0, 100),
        3,
        "How often a node that starts tries again to reach MongoDB."
    );

    public static readonly Setting<TimeSpan> RetryDelay = Section.Add(
        "MONGO_RETRY_DELAY",
        Values.Duration("0", "1m"),
        TimeSpan.FromMilliseconds(100),
        "Wait before the first of these tries, twice as long before each further one."
    );
}
