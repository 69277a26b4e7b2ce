using System.Text;

namespace Chatbox.Persistence.MongoDb.Hosting;

/// <summary>Writes settings as HOCON.</summary>
internal static class HoconSettings
{
    /// <param name="value">The value as HOCON; null to leave the setting out.</param>
    public static StringBuilder Setting(this StringBuilder text, string name, string? value) =>
        value is null ? text : text.AppendLine($"{name} = {value}");
}
