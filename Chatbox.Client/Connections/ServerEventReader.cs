using System.Runtime.CompilerServices;
using System.Text;

namespace Chatbox.Client.Connections;

/// <summary>Reads server-sent events (HTML Living Standard, section 9.2), as far as this service uses them.</summary>
internal static class ServerEventReader
{
    /// <summary>The events of a stream, up to its end. Comments are none.</summary>
    /// <exception cref="InvalidDataException">An event has more than <see cref="LineLimits.FrameBytes"/>.</exception>
    public static async IAsyncEnumerable<ServerEvent> Read(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var (name, data) = ("", new StringBuilder());
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.Length == 0)
            {
                if (data.Length > 0)
                    yield return new ServerEvent(name, data.ToString());
                (name, data) = ("", new StringBuilder());
                continue;
            }

            if (data.Length + line.Length > LineLimits.FrameBytes)
                throw new InvalidDataException("An event of the server is too large.");
            if (Value(line, "data:") is { } part)
                data.Append(data.Length > 0 ? "\n" : "").Append(part);
            else if (Value(line, "event:") is { } named)
                name = named;
        }
    }

    private static string? Value(string line, string field) =>
        !line.StartsWith(field, StringComparison.Ordinal) ? null
        : line.Length > field.Length && line[field.Length] == ' ' ? line[(field.Length + 1)..]
        : line[field.Length..];
}

/// <summary>An event of a stream.</summary>
/// <param name="Name">Empty for an event without a name.</param>
internal readonly record struct ServerEvent(string Name, string Data);
