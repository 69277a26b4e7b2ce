using System.Text;

namespace Chatbox.Tests.Harness;

/// <summary>A data folder as a thief sees it: bytes of files, while a node may be writing them.</summary>
internal static class StoredFiles
{
    /// <summary>The words that stand in any file of a folder, in whatever case, as UTF-8 or UTF-16.</summary>
    public static IReadOnlyList<string> Found(string folder, params IEnumerable<string> words) => FoundIn(Read(folder), words);

    /// <summary>The words that stand in any of these, in whatever case, as UTF-8 or UTF-16.</summary>
    public static IReadOnlyList<string> FoundIn(IEnumerable<byte[]> contents, IEnumerable<string> words)
    {
        var texts = contents.SelectMany(bytes => new[] { Encoding.Latin1.GetString(bytes), Encoding.Unicode.GetString(bytes) }).ToList();
        return [.. words.Where(word => texts.Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase)))];
    }

    /// <summary>Whether these very bytes stand in any file of a folder.</summary>
    public static bool Hold(string folder, ReadOnlyMemory<byte> bytes) =>
        Read(folder).Any(content => content.AsSpan().IndexOf(bytes.Span) >= 0);

    /// <summary>Every file of a folder.</summary>
    public static IEnumerable<byte[]> Read(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) != "node.lock")
            .Select(ReadShared);

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
