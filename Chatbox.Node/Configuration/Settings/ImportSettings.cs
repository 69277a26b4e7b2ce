using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Sealing;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>The replaced service's data, which <c>chatbox import</c> reads. A node does not use them.</summary>
internal static class ImportSettings
{
    public static readonly SettingSection Section = new("Import");

    public static readonly Setting<string> MongoUri = Section.Add(
        "IMPORT_MONGO_URI",
        Values.Secret,
        "",
        "Address of the replaced service's MongoDB, for chatbox import; the database it names, else MONGO_DATABASE.",
        "MONGO_URI"
    );

    public static readonly Setting<SealingKey?> EncryptionKey = Section.Add(
        "IMPORT_ENCRYPTION_KEY",
        KeyValues.OldKey,
        null,
        "Key under which the replaced service kept what was said: 32 bytes as text, or base64: or hex: and the bytes.",
        "ENCRYPTION_KEY"
    );
}
