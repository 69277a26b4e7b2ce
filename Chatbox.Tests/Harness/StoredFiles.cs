using System.Text;

namespace Chatbox.Tests.Harness;

/// <summary>Searches the raw bytes of a data folder, as somebody with access to the disk could, even while a node writes.</summary>
internal static class StoredFiles
{
    /// <summary>The words that occur in any file of a folder, in any case, as UTF-8 or UTF-16.</summary>
    public static IReadOnlyList<string> Found(string folder, params IEnumerable<string> words) => FoundIn(Read(folder), words);

    /// <summary>The words that occur in any of these contents, in any case, as UTF-8 or UTF-16.</summary>
    public static IReadOnlyList<string> FoundIn(IEnumerable<byte[]> contents, IEnumerable<string> words)
    {
        var texts = contents.SelectMany(bytes => new[] { Encoding.Latin1.GetString(bytes), Encoding.Unicode.GetString(bytes) }).ToList();
        return [.. words.Where(word => texts.Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase)))];
    }

    /// <summary>Whether exactly these bytes occur in any file of a folder.</summary>
    public static bool Hold(string folder, ReadOnlyMemory<byte> bytes) =>
        Read(folder).Any(content => content.AsSpan().IndexOf(bytes.Span) >= 0);

    /// <summary>The contents of every file of a folder.</summary>
    public static IEnumerable<byte[]> Read(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) != "node.lock")
            .Select(ReadShared);

    private static byte[] ReadShared(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray();
        }
        catch (FileNotFoundException)
        {
            // A running PostgreSQL has deleted the file since it was listed, such as a cache of its catalog.
            return [];
        }
    }
}
