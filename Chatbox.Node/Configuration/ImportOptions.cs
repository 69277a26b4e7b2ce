using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Sealing;

namespace Chatbox.Node.Configuration;

/// <summary>Source of the legacy service's conversations, for <c>chatbox import</c>.</summary>
public sealed record ImportOptions
{
    /// <summary>The address as configured (<c>IMPORT_MONGO_URI</c>, <c>MONGO_URI</c>), with the password; null if not set.</summary>
    public string? Address { get; init; }

    /// <summary>Whether the database in the address is the source. In <c>MONGO_URI</c> it only says where the user is defined.</summary>
    public bool AddressNamesDatabase { get; init; }

    /// <summary><c>MONGO_DATABASE</c>.</summary>
    public string Database { get; init; } = "";

    /// <summary><c>MONGO_COLLECTION</c>.</summary>
    public string Collection { get; init; } = "";

    /// <summary><c>MONGO_CONNECT_TIMEOUT</c>.</summary>
    public TimeSpan ConnectTimeout { get; init; }

    /// <summary><c>IMPORT_ENCRYPTION_KEY</c>, else <c>ENCRYPTION_KEY</c>, the name in the legacy service.</summary>
    public SealingKey? Key { get; init; }

    // The generated text of a record would put the password into logs.
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
