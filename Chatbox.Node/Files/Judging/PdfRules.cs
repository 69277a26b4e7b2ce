using System.IO.Compression;

namespace Chatbox.Node.Files.Judging;

/// <summary>
/// What is refused in PDF documents (ISO 32000-1): actions that run JavaScript (12.6.4.16) or start programs (12.6.4.5), and rich media.
/// Attachments are fine, because invoices carry data for machines. Looks at every byte and into the compressed groups of objects (7.5.7);
/// cannot look into encrypted documents.
/// </summary>
internal sealed class PdfRules(CancellationToken cancellationToken)
{
    // Documents have a few megabytes of objects.
    private const long MostUnpacked = 256L * 1024 * 1024;

    private static readonly FileVerdict.Refused Script = Active("JavaScript");
    private static readonly FileVerdict.Refused Launch = Active("an action that starts a program");
    private static readonly FileVerdict.Refused Media = Active("embedded rich media");

    private static readonly FileVerdict.Refused TooLarge = new(
        FileFault.Bomb,
        "The PDF document was refused because it would become far too large when it is opened. Print it into a new PDF, and send that."
    );

    private long _unpacked;

    /// <summary>Why a document is refused; null for a good one.</summary>
    public FileVerdict.Refused? Check(Stream content)
    {
        var reader = new ContentReader(content, 0, cancellationToken);
        var (names, keyword, isGroup) = (new PdfNames(), 0, false);
        for (var value = reader.Read(); value >= 0; value = reader.Read())
        {
            if (names.Follow(value))
            {
                if (Judge(names) is { } refused)
                    return refused;
                isGroup |= names is { Previous: "Type", Current: "ObjStm" };
            }
            keyword =
                value == "stream"[keyword] ? keyword + 1
                : value == 's' ? 1
                : 0;
            if (keyword < "stream".Length)
                continue;
            keyword = 0;
            if (isGroup && CheckGroup(content, reader) is { } hidden)
                return hidden;
            isGroup = false;
            names.Forget();
        }
        return null;
    }

    /// <summary>Looks into objects that are compressed together.</summary>
    private FileVerdict.Refused? CheckGroup(Stream content, ContentReader reader)
    {
        if (reader.Read() == '\r')
            reader.Read();
        var start = reader.Position;
        using var objects = new ZLibStream(new SliceStream(content, start, content.Length - start), CompressionMode.Decompress);
        var (names, buffer) = (new PdfNames(), new byte[64 * 1024]);
        try
        {
            for (var read = objects.Read(buffer); read > 0; read = objects.Read(buffer))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if ((_unpacked += read) > MostUnpacked)
                    return TooLarge;
                foreach (var value in buffer.AsSpan(0, read))
                    if (names.Follow(value) && Judge(names) is { } refused)
                        return refused;
            }
        }
        catch (InvalidDataException)
        {
            // Encrypted, or another compression: readers that cannot open it either show nothing of it.
        }
        return null;
    }

    private static FileVerdict.Refused? Judge(PdfNames names) =>
        (names.Previous, names.Current) switch
        {
            ("S", "JavaScript") => Script,
            ("S", "Launch") => Launch,
            ("Subtype", "RichMedia") => Media,
            _ => null,
        };

    private static FileVerdict.Refused Active(string what) =>
        new(FileFault.Active, $"This is a PDF document with {what}. Print it into a new PDF, which leaves that out, and send the new one.");
}
