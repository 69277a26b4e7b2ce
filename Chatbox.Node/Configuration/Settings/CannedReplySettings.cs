using Chatbox.Node.Configuration.Formats;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of the texts that admins send often.</summary>
internal static class CannedReplySettings
{
    public static readonly SettingSection Section = new("Canned replies", "", "chatbox:help");

    public static readonly Setting<string> File = Section.Add(
        "CANNED_REPLIES_FILE",
        Values.Text(4096),
        "",
        "File with the texts that admins send often: a JSON array of objects with title and content. Read again when it changes."
    );
}
