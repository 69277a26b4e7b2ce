using System.Text;
using System.Text.Json;

namespace Chatbox.Tests.Integration.Models;

/// <summary>
/// One response of a provider, from a file in <c>Dialects/{dialect}</c>: first the expected result, then the response. Lines of the body
/// end in LF. Marks in guillemets represent what a text file cannot hold: «CR», «BOM», bytes in hexadecimal such as «F0 9F», and at the end
/// «CUT» for a connection that breaks off or «STALL» for one that stays open.
/// </summary>
internal sealed record DialectCase(string Dialect, string Name)
{
    /// <summary>The text that the client shows in the end.</summary>
    public required string Text { get; init; }

    public required string Finish { get; init; }

    /// <summary>The code of the error frame; null if none is sent.</summary>
    public string? Error { get; init; }

    /// <summary>Prompt and completion tokens as "9 4"; null if the provider reports no plausible ones.</summary>
    public string? Usage { get; init; }

    /// <summary>Number of requests, if the provider always answers like this.</summary>
    public required int Requests { get; init; }

    /// <summary>Number of files that the answer brings.</summary>
    public int Files { get; init; }

    public required int Status { get; init; }

    public required IReadOnlyList<string> Headers { get; init; }

    public required byte[] Body { get; init; }

    public bool IsCut { get; init; }

    public bool IsOpen { get; init; }

    public string? ContentType =>
        Headers.FirstOrDefault(header => header.StartsWith("content-type:", StringComparison.Ordinal))?["content-type:".Length..].Trim();

    private static string Folder => Path.Combine(Repository.Root, "Chatbox.Tests", "Dialects");

    /// <summary>The names of all cases.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Directory
            .EnumerateFiles(Folder, "*.txt", SearchOption.AllDirectories)
            .Select(file => Path.ChangeExtension(Path.GetRelativePath(Folder, file), null).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    public static DialectCase Read(string name)
    {
        var file = File.ReadAllText(Path.Combine(Folder, name + ".txt"));
        var (right, rest) = Split(file);
        var (head, body) = Split(rest);
        var said = right
            .Split('\n')
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(": ", 2))
            .ToDictionary(line => line[0], line => line[1]);
        var lines = head.Split('\n');
        return new DialectCase(name.Split('/')[0], name)
        {
            Text = JsonSerializer.Deserialize<string>(said["text"])!,
            Finish = said["finish"],
            Error = said.GetValueOrDefault("error"),
            Usage = said.GetValueOrDefault("usage"),
            Requests = int.Parse(said["requests"]),
            Files = int.Parse(said.GetValueOrDefault("files", "0")),
            Status = int.Parse(lines[0]["HTTP ".Length..]),
            Headers = lines[1..],
            Body = Bytes(body.Replace("«CUT»", "").Replace("«STALL»", "")),
            IsCut = body.EndsWith("«CUT»", StringComparison.Ordinal),
            IsOpen = body.EndsWith("«STALL»", StringComparison.Ordinal),
        };
    }

    private static (string Before, string After) Split(string text)
    {
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        return (text[..end], text[(end + 2)..]);
    }

    private static byte[] Bytes(string body)
    {
        var bytes = new MemoryStream();
        for (var start = body.IndexOf('«'); start >= 0; start = body.IndexOf('«'))
        {
            var end = body.IndexOf('»');
            bytes.Write(Encoding.UTF8.GetBytes(body[..start]));
            byte[] mark = body[(start + 1)..end] switch
            {
                "CR" => [(byte)'\r'],
                "BOM" => [0xEF, 0xBB, 0xBF],
                var hex => Convert.FromHexString(hex.Replace(" ", "")),
            };
            bytes.Write(mark);
            body = body[(end + 1)..];
        }

        bytes.Write(Encoding.UTF8.GetBytes(body));
        return bytes.ToArray();
    }
}
