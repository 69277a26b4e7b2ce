using System.Text;
using System.Xml;

namespace Chatbox.Node.Files.Judging;

/// <summary>
/// What is refused in documents of Office Open XML (ECMA-376; parts and relations in part 2): macros, ActiveX controls, embedded OLE
/// objects, DDE, and content that the program would load from elsewhere. Hyperlinks, which wait for a click, are fine.
/// </summary>
internal static class OfficeRules
{
    private const string ContentTypes = "[Content_Types].xml";

    // Attributes and values of ordinary parts are far shorter; parts are as long as their document.
    private const long MostPartCharacters = 256L * 1024 * 1024;

    private static readonly (string Extension, string Main)[] Mains =
    [
        (".docx", "wordprocessingml.document.main+xml"),
        (".xlsx", "spreadsheetml.sheet.main+xml"),
        (".pptx", "presentationml.presentation.main+xml"),
    ];

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MostPartCharacters,
    };

    public static bool IsOffice(FileType type) => Mains.Any(main => main.Extension == type.Extension);

    /// <summary>Why a document is refused; null for a good one.</summary>
    /// <param name="zip">A file that <see cref="ArchiveInspection"/> has accepted.</param>
    public static FileVerdict.Refused? Check(Stream zip, FileType type, CancellationToken cancellationToken)
    {
        try
        {
            var entries = ZipDirectory.Find(zip)!.Read(zip, cancellationToken).Where(entry => !entry.IsFolder).ToList();
            if (entries.Find(entry => entry.Name == ContentTypes) is not { } contentTypes)
                return NotSuchDocument(type);
            var declared = Text(zip, contentTypes);
            if (
                declared.Contains("macroEnabled", StringComparison.OrdinalIgnoreCase)
                || entries.Exists(entry => Ends(entry, "vbaProject.bin"))
            )
                return Active(type, "macros", "Save it without macros");
            if (!declared.Contains(Mains.First(main => main.Extension == type.Extension).Main, StringComparison.Ordinal))
                return NotSuchDocument(type);
            if (entries.Exists(entry => entry.Name.Contains("/activeX/", StringComparison.OrdinalIgnoreCase)))
                return Active(type, "ActiveX controls", "Remove them");
            if (entries.Exists(entry => entry.Name.Contains("/embeddings/", StringComparison.OrdinalIgnoreCase) && Ends(entry, ".bin")))
                return Active(type, "embedded objects", "Remove them, or replace them by pictures");
            foreach (var entry in entries)
                if (CheckPart(zip, entry, type, cancellationToken) is { } refused)
                    return refused;
            return null;
        }
        catch (Exception e) when (e is XmlException or InvalidDataException)
        {
            return Damaged(type);
        }
    }

    private static FileVerdict.Refused? CheckPart(Stream zip, ZipEntry entry, FileType type, CancellationToken cancellationToken)
    {
        if (Ends(entry, ".rels"))
            return LoadsFromElsewhere(zip, entry)
                ? Active(type, "content that is loaded from another place", "Copy that content into the document")
                : null;
        // Word's fields are in its texts; Excel declares its links in parts of their own.
        if (entry.Name.StartsWith("word/", StringComparison.OrdinalIgnoreCase) && Ends(entry, ".xml"))
            return HasDdeField(zip, entry, cancellationToken) ? Active(type, "DDE fields, which start programs", "Remove them") : null;
        if (entry.Name.Contains("/externalLinks/", StringComparison.OrdinalIgnoreCase) && Ends(entry, ".xml"))
            return HasElement(zip, entry, "ddeLink") ? Active(type, "DDE links, which start programs", "Remove them") : null;
        return null;
    }

    private static bool LoadsFromElsewhere(Stream zip, ZipEntry entry)
    {
        using var reader = XmlReader.Create(ZipDirectory.Open(zip, entry), Settings);
        while (reader.Read())
            if (
                reader.NodeType == XmlNodeType.Element
                && reader.LocalName == "Relationship"
                && reader.GetAttribute("TargetMode") == "External"
                && reader.GetAttribute("Type") is var kind
                && !IsHarmless(kind ?? "")
            )
                return true;
        return false;
    }

    // Another workbook is read only after the program has asked.
    private static bool IsHarmless(string kind) =>
        kind.EndsWith("/hyperlink", StringComparison.Ordinal) || kind.EndsWith("/externalLinkPath", StringComparison.Ordinal);

    /// <summary>Whether the instructions of the fields contain DDE. Writers cut an instruction into several pieces.</summary>
    private static bool HasDdeField(Stream zip, ZipEntry entry, CancellationToken cancellationToken)
    {
        const int longest = 64 * 1024;
        var instructions = new StringBuilder();
        using var reader = XmlReader.Create(ZipDirectory.Open(zip, entry), Settings);
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (reader.NodeType != XmlNodeType.Element || instructions.Length > longest)
                continue;
            if (reader.LocalName == "fldSimple" && reader.GetAttribute("instr", reader.NamespaceURI) is { } instruction)
                instructions.Append(instruction).Append('\n');
            else if (reader.LocalName == "fldChar")
                instructions.Append('\n');
            else if (reader.LocalName == "instrText" && !reader.IsEmptyElement && reader.Read() && reader.HasValue)
                instructions.Append(reader.Value);
        }
        return instructions
            .ToString()
            .Split('\n')
            .Select(instruction => instruction.Trim().Split(' ')[0])
            .Any(word =>
                word.Equals("DDE", StringComparison.OrdinalIgnoreCase) || word.Equals("DDEAUTO", StringComparison.OrdinalIgnoreCase)
            );
    }

    private static bool HasElement(Stream zip, ZipEntry entry, string name)
    {
        using var reader = XmlReader.Create(ZipDirectory.Open(zip, entry), Settings);
        while (reader.Read())
            if (reader.NodeType == XmlNodeType.Element && reader.LocalName == name)
                return true;
        return false;
    }

    private static string Text(Stream zip, ZipEntry entry)
    {
        const int longest = 1024 * 1024;
        using var reader = new StreamReader(ZipDirectory.Open(zip, entry));
        var text = new char[longest];
        return new string(text, 0, reader.ReadBlock(text));
    }

    private static bool Ends(ZipEntry entry, string end) => entry.Name.EndsWith(end, StringComparison.OrdinalIgnoreCase);

    private static FileVerdict.Refused Active(FileType type, string what, string remedy) =>
        new(FileFault.Active, $"This is {type.Noun} with {what}. {remedy}, or save the document as PDF, and send it again.");

    private static FileVerdict.Refused NotSuchDocument(FileType type) =>
        new(FileFault.Mismatch, $"The name of the file ends in {type.Extension}, but the content is not {type.Noun}.");

    private static FileVerdict.Refused Damaged(FileType type) =>
        new(FileFault.Damaged, $"This is {type.Noun} that is damaged and cannot be read. Save it again, and send the new one.");
}
