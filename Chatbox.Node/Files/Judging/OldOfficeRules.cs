using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Text;

namespace Chatbox.Node.Files.Judging;

/// <summary>
/// What is refused in Office documents of the formats before 2007 (MS-CFB 2.6.1, MS-OVBA 2.2.1, MS-OLEDS 2.3): macros of Word and Excel, and
/// embedded objects. Macros of PowerPoint and Excel's macros of 1992 have no directory of their own; they are the scanner's task.
/// </summary>
internal static class OldOfficeRules
{
    private const int HeaderLength = 512;
    private const int EntryLength = 128;
    private const int NameLengthOffset = 64;
    private const int KindOffset = 66;

    private static readonly FrozenSet<string> Macros = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "_VBA_PROJECT",
        "_VBA_PROJECT_CUR",
        "VBA"
    );

    private static readonly FrozenSet<string> Objects = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "\u0001Ole10Native",
        "ObjectPool",
        "Equation Native"
    );

    /// <summary>Why a document is refused; null for a good one.</summary>
    public static FileVerdict.Refused? Check(Stream content, FileType type, CancellationToken cancellationToken)
    {
        var isSuch = false;
        foreach (var name in Names(content, cancellationToken))
        {
            if (Macros.Contains(name))
                return new(FileFault.Active, $"This is {type.Noun} with macros. Save it without macros, or as PDF, and send it again.");
            if (Objects.Contains(name))
                return new(
                    FileFault.Active,
                    $"This is {type.Noun} with embedded objects. Remove them, or save the document as PDF, and send it again."
                );
            if (name is "EncryptedPackage")
                return new(FileFault.Mismatch, "This document is protected with a password. Remove the password, and send it again.");
            isSuch |= type.Extension switch
            {
                ".doc" => name is "WordDocument",
                ".xls" => name is "Workbook" or "Book",
                _ => name is "PowerPoint Document",
            };
        }
        return isSuch
            ? null
            : new(
                FileFault.Mismatch,
                $"The name of the file ends in {type.Extension}, but the content is not {type.Noun} of the format before 2007."
            );
    }

    /// <summary>
    /// The names of streams and storages. Looks at every place where an entry of the directory can be instead of following the chains of
    /// sectors, so that a damaged chain hides nothing.
    /// </summary>
    private static IEnumerable<string> Names(Stream content, CancellationToken cancellationToken)
    {
        var reader = new ContentReader(content, HeaderLength, cancellationToken);
        var entry = new byte[EntryLength];
        while (reader.Read(entry))
            if (Name(entry) is { } name)
                yield return name;
    }

    private static string? Name(ReadOnlySpan<byte> entry)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(entry[NameLengthOffset..]);
        // 1 is a storage, 2 a stream, 5 the root; the colour of the tree is 0 or 1.
        if (length is < 4 or > 64 || length % 2 != 0 || entry[KindOffset] is not (1 or 2 or 5) || entry[KindOffset + 1] > 1)
            return null;
        var name = Encoding.Unicode.GetString(entry[..(length - 2)]);
        return entry[length - 2] == 0 && entry[length - 1] == 0 && !name.Contains('\0') ? name : null;
    }
}
