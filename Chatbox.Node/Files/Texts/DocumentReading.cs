using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using UglyToad.PdfPig;
using UglyToad.PdfPig.DocumentLayoutAnalysis.TextExtractor;

namespace Chatbox.Node.Files.Texts;

/// <summary>
/// Reads the text of PDF and Word documents with the libraries that know them. Runs in a process of its own: a hostile document can make a
/// library take all memory, never end, or overflow the stack, which nothing inside a process can stop.
/// </summary>
internal static class DocumentReading
{
    /// <summary>Reads a document, page by page or paragraph by paragraph, until there are enough characters.</summary>
    /// <returns>At least <paramref name="mostCharacters"/> characters, or the whole text; and the number of pages, 0 if there are none.</returns>
    public static (string Text, int Pages) Read(DocumentKind kind, Stream content, int mostPages, int mostCharacters) =>
        kind == DocumentKind.Pdf ? Pdf(content, mostPages, mostCharacters) : (Docx(content, mostCharacters), 0);

    private static (string Text, int Pages) Pdf(Stream content, int mostPages, int mostCharacters)
    {
        var text = new StringBuilder();
        using var document = PdfDocument.Open(content, new ParsingOptions { UseLenientParsing = true, SkipMissingFonts = true });
        var pages = Math.Min(document.NumberOfPages, mostPages);
        for (var number = 1; number <= pages && text.Length <= mostCharacters; number++)
            text.Append(ContentOrderTextExtractor.GetText(document.GetPage(number)).Trim()).Append("\n\n");
        // More than the characters asked for says that there is more.
        if (pages < document.NumberOfPages)
            text.Append(' ', Math.Max(0, mostCharacters + 1 - text.Length));
        return (text.ToString(), document.NumberOfPages);
    }

    private static string Docx(Stream content, int mostCharacters)
    {
        var text = new StringBuilder();
        using var document = WordprocessingDocument.Open(content, isEditable: false);
        if (document.MainDocumentPart is not { } main)
            return "";
        using var reader = OpenXmlReader.Create(main);
        while (text.Length <= mostCharacters && reader.Read())
            if (reader.ElementType == typeof(Text))
                text.Append(reader.IsStartElement ? reader.GetText() : "");
            else if (reader.IsStartElement && (reader.ElementType == typeof(TabChar) || reader.ElementType == typeof(TableCell)))
                text.Append('\t');
            else if (
                reader.ElementType == typeof(Break)
                    ? reader.IsStartElement
                    : reader is { IsEndElement: true } && IsParagraph(reader.ElementType)
            )
                text.Append('\n');
        return text.ToString();
    }

    private static bool IsParagraph(Type element) => element == typeof(Paragraph);
}
