using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Sealing;

namespace Chatbox.Node.Configuration;

/// <summary>Where the replaced service's conversations are, for <c>chatbox import</c>.</summary>
public sealed record ImportOptions
{
    /// <summary>As it was written (<c>IMPORT_MONGO_URI</c>, <c>MONGO_URI</c>); holds the password. Null if there is none.</summary>
    public string? Address { get; init; }

    /// <summary>Whether the database that the address names is meant, and not only where its user is known.</summary>
    public bool AddressNamesDatabase { get; init; }

    /// <summary><c>MONGO_DATABASE</c>.</summary>
    public string Database { get; init; } = "";

    /// <summary><c>MONGO_COLLECTION</c>.</summary>
    public string Collection { get; init; } = "";

    /// <summary><c>MONGO_CONNECT_TIMEOUT</c>.</summary>
    public TimeSpan ConnectTimeout { get; init; }

    /// <summary><c>IMPORT_ENCRYPTION_KEY</c>, else <c>ENCRYPTION_KEY</c>, which the replaced service knew by the same name.</summary>
    public SealingKey? Key { get; init; }

    // A record prints its members; the password must not reach a log that way.
    public override string ToString() => "import";

    internal static ImportOptions Read(SettingReader reader)
    {
        var isOwn = reader.IsSet(ImportSettings.MongoUri);
        return new ImportOptions
        {
            Address =
                isOwn ? reader.Get(ImportSettings.MongoUri)
                : reader.IsSet(MongoSettings.Uri) ? reader.Get(MongoSettings.Uri)
                : null,
            AddressNamesDatabase = isOwn,
            Database = reader.Get(MongoSettings.Database),
            Collection = reader.Get(MongoSettings.Collection),
            ConnectTimeout = reader.Get(MongoSettings.ConnectTimeout),
            Key = reader.Get(ImportSettings.EncryptionKey) ?? reader.Get(StoreSettings.EncryptionKey),
        };
    }
}
