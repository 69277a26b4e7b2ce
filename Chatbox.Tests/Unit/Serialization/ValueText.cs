using System.Collections;
using System.Reflection;
using System.Text.Json;

namespace Chatbox.Tests.Unit.Serialization;

/// <summary>
/// Writes a message with all its members as text, because records do not compare the content of their collections and bytes.
/// </summary>
internal static class ValueText
{
    public static string Of(object? value) =>
        value switch
        {
            null => "null",
            string s => JsonSerializer.Serialize(s),
            ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
            DateTimeOffset at => at.ToString("O"),
            Enum or bool or int or long or TimeSpan => $"{value}",
            IEnumerable many => $"[{string.Join(", ", many.Cast<object?>().Select(Of))}]",
            _ =>
                $"{value.GetType().Name} {{ {string.Join(", ", Members(value.GetType()).Select(m => $"{m.Name} = {Of(m.GetValue(value))}"))} }}",
        };

    /// <summary>The properties of a message type.</summary>
    public static IEnumerable<PropertyInfo> Members(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0);
}
