using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Sealing;
using Chatbox.Node.Stores;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of the database.</summary>
internal static class StoreSettings
{
    public static readonly SettingSection Section = new("Store");

    public static readonly Setting<StoreKind?> Store = Section.Add(
        "STORE",
        Values.OneOf(("sqlite", StoreKind.Sqlite), ("postgres", StoreKind.Postgres), ("mongodb", StoreKind.MongoDb)),
        null,
        "Database of conversations.",
        "mongodb if MONGO_URI is set, else postgres if POSTGRES_URI is set, else sqlite"
    );

    public static readonly Setting<string> DataDirectory = Section.Add(
        "DATA_DIR",
        Values.Text(4096),
        "./data",
        "Folder of the SQLite files and development secrets. The node creates it if absent."
    );

    public static readonly Setting<TimeSpan> StoreWait = Section.Add(
        "STORE_WAIT",
        Values.Duration("0", "24h"),
        TimeSpan.FromMinutes(2),
        "Time for which a node that starts waits for a database that does not answer. Meanwhile healthz is 200 and readyz 503. Then the node ends with exit code 1. A migration of the tables has no time limit."
    );

    public static readonly Setting<string> PostgresUri = Section.Add(
        "POSTGRES_URI",
        Values.Secret,
        "",
        "Address of PostgreSQL: postgres://user:password@host:port/database, or an Npgsql connection string. "
            + "After a question mark, parameters of libpq or Npgsql, such as sslmode=verify-full&sslrootcert=/path."
    );

    public static readonly Setting<string> PostgresMigrationUri = Section.Add(
        "POSTGRES_MIGRATION_URI",
        Values.Secret,
        "",
        "Address of the same database with a user who creates and changes tables. The user of POSTGRES_URI then needs no such right; the node grants it SELECT, INSERT, UPDATE and DELETE."
    );

    public static readonly Setting<TimeSpan> PostgresConnectTimeout = Section.Add(
        "POSTGRES_CONNECT_TIMEOUT",
        Values.Duration("1s", "10m"),
        TimeSpan.FromSeconds(10),
        "Timeout for opening a connection, in whole seconds."
    );

    public static readonly Setting<int> PostgresMaxConnections = Section.Add(
        "POSTGRES_MAX_CONNECTIONS",
        Values.Number(4, 1000),
        30,
        "Maximum number of connections per node, plus one that holds a lock while the node runs. The sum over all nodes must stay below max_connections of the server, which is 100 by default."
    );

    public static readonly Setting<int> PostgresRetryAttempts = Section.Add(
        "POSTGRES_RETRY_ATTEMPTS",
        Values.Number(0, 100),
        3,
        "Number of retries in quick succession to reach PostgreSQL when a node starts, before it waits (STORE_WAIT)."
    );

    public static readonly Setting<TimeSpan> PostgresRetryDelay = Section.Add(
        "POSTGRES_RETRY_DELAY",
        Values.Duration("0", "1m"),
        TimeSpan.FromMilliseconds(100),
        "Wait before the first of these retries, doubled for each further retry."
    );

    public static readonly Setting<SealingKey?> EncryptionKey = Section.Add(
        "ENCRYPTION_KEY",
        KeyValues.Key,
        null,
        "Key that encrypts stored content: 32 bytes as text, or base64: or hex: and the bytes. Its id is default."
    );

    public static readonly Setting<IReadOnlyList<SealingKey>> EncryptionKeys = Section.Add(
        "ENCRYPTION_KEYS",
        KeyValues.Ring,
        [],
        "Keys with ids, written id:key and separated by commas. The first key encrypts, every key decrypts. Replaces ENCRYPTION_KEY."
    );
}

/// <summary>Settings of MongoDB, which deployments of the legacy service already have.</summary>
internal static class MongoSettings
{
    public static readonly SettingSection Section = new("MongoDB", "MONGO_", "dbs:chat");

    public static readonly Setting<string> Uri = Section.Add(
        "MONGO_URI",
        Values.Secret,
        "",
        "Address of a MongoDB replica set: mongodb://user:password@host:port/?replicaSet=rs0."
    );

    public static readonly Setting<string> Database = Section.Add("MONGO_DATABASE", Values.Text(63), "chat", "Name of the database.");

    public static readonly Setting<string> Collection = Section.Add(
        "MONGO_COLLECTION",
        Values.Text(120),
        "sessions",
        "Collection of the legacy service's sessions, for chatbox import."
    );

    public static readonly Setting<TimeSpan> ConnectTimeout = Section.Add(
        "MONGO_CONNECT_TIMEOUT",
        Values.Duration("10ms", "10m"),
        TimeSpan.FromSeconds(10),
        "Timeout for opening a connection."
    );

    public static readonly Setting<int> RetryAttempts = Section.Add(
        "MONGO_RETRY_ATTEMPTS",
        Values.Number(0, 100),
        3,
        "Number of retries in quick succession to reach MongoDB when a node starts, before it waits (STORE_WAIT)."
    );

    public static readonly Setting<TimeSpan> RetryDelay = Section.Add(
        "MONGO_RETRY_DELAY",
        Values.Duration("0", "1m"),
        TimeSpan.FromMilliseconds(100),
        "Wait before the first of these retries, doubled for each further retry."
    );
}
