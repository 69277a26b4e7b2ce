using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Sealing;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of <c>chatbox import</c>, which reads the data of the legacy service. A node does not use them.</summary>
internal static class ImportSettings
{
    public static readonly SettingSection Section = new("Import");

    public static readonly Setting<string> MongoUri = Section.Add(
        "IMPORT_MONGO_URI",
        Values.Secret,
        "",
        "For chatbox import: address of the legacy service's MongoDB, with the database in the address or in MONGO_DATABASE.",
        "MONGO_URI"
    );

    public static readonly Setting<SealingKey?> EncryptionKey = Section.Add(
        "IMPORT_ENCRYPTION_KEY",
        KeyValues.OldKey,
        null,
        "For chatbox import: key with which the legacy service encrypted messages, 32 bytes as text, or base64: or hex: and the bytes.",
        "ENCRYPTION_KEY"
    );
}
