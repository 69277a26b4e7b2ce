namespace Chatbox.Node.Files.Texts;

/// <summary>Reads the text of documents, for models that cannot open them.</summary>
internal interface ITextExtractor
{
    /// <summary>
    /// The text of a plain text, Markdown, CSV, JSON, PDF or Word document (.docx). Bounded in bytes, pages, characters, memory and time.
    /// </summary>
    /// <param name="content">The whole file.</param>
    /// <returns>Null if the type has no text that can be read here, or if this document has none that can be read in time.</returns>
    Task<FileText?> Extract(string mimeType, Stream content, CancellationToken cancellationToken);
}

/// <summary>The text of a document.</summary>
/// <param name="IsWhole">False if the document goes on behind the text.</param>
internal sealed record FileText(string Text, bool IsWhole)
{
    /// <summary>Number of pages of a PDF document; null for everything else.</summary>
    public int? Pages { get; init; }
}
