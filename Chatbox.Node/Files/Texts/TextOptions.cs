namespace Chatbox.Node.Files.Texts;

/// <summary>The bounds of reading the text of documents.</summary>
internal sealed record TextOptions
{
    /// <summary>Greatest number of UTF-16 code units of a text; about 50 000 tokens. What follows is left out.</summary>
    public int MostCharacters { get; init; } = 200_000;

    /// <summary>Greatest size of a PDF or Word document that is read.</summary>
    public long MostBytes { get; init; } = 20L * 1024 * 1024;

    /// <summary>Greatest number of pages of a PDF document that are read.</summary>
    public int MostPages { get; init; } = 500;

    /// <summary>Time for one document.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Memory of the process that reads a document, in bytes.</summary>
    public long MostMemory { get; init; } = 256L * 1024 * 1024;

    /// <summary>Number of documents that are read at the same time on this node.</summary>
    public int Workers { get; init; } = 2;
}
