using System.Text;

namespace Chatbox.Persistence.MongoDb.Hosting;

/// <summary>Lines of HOCON.</summary>
internal static class HoconSettings
{
    /// <param name="value">As HOCON writes it; null leaves the setting out.</param>
    public static StringBuilder Setting(this StringBuilder text, string name, string? value) =>
        value is null ? text : text.AppendLine($"{name} = {value}");
}
