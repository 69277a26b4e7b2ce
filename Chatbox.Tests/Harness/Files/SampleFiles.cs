using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace Chatbox.Tests.Harness.Files;

/// <summary>Makes small true files of every type that may be uploaded, other than images.</summary>
internal static class SampleFiles
{
    /// <summary>The test file that every malware scanner reports. Not written in one piece, so that nothing reports the source.</summary>
    public static byte[] Eicar => Text("X5O!P%@AP[4\\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-ANTIVIRUS-" + "TEST-FILE!$H+H*");

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Svg(string body = "<rect width='4' height='4'/>", string before = "") =>
        Text(
            $"<?xml version='1.0'?>{before}<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>{body}</svg>"
        );

    public static byte[] Pdf(string text = "Hello", int pages = 1)
    {
        using var builder = new PdfDocumentBuilder();
        var font = builder.AddStandard14Font(Standard14Font.Helvetica);
        for (var i = 0; i < pages; i++)
            builder.AddPage(UglyToad.PdfPig.Content.PageSize.A4).AddText(text, 12, new PdfPoint(50, 700), font);
        return builder.Build();
    }

    /// <summary>A PDF document with this object beside the usual ones.</summary>
    public static byte[] PdfWith(string extra) =>
        Text(
            $"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n{extra}\n%%EOF\n"
        );

    /// <summary>A PDF document in which this object is compressed together with others.</summary>
    public static byte[] PdfWithHidden(string extra)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(Text($"3 0 {extra}"));
        var head = $"4 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length {packed.Length} >>\nstream\r\n";
        return [.. Text("%PDF-1.7\n" + head), .. packed.ToArray(), .. Text("\nendstream\nendobj\n%%EOF\n")];
    }

    public static byte[] Docx(params string[] paragraphs)
    {
        using var file = new MemoryStream();
        using (var document = WordprocessingDocument.Create(file, WordprocessingDocumentType.Document))
            document.AddMainDocumentPart().Document = new Document(
                new Body(paragraphs.Select(text => new Paragraph(new Run(new DocumentFormat.OpenXml.Wordprocessing.Text(text)))))
            );
        return file.ToArray();
    }

    public static byte[] Docx() => Docx("Hello", "World");

    public static byte[] Xlsx(params (string Name, string Content)[] extra) =>
        Office(
            "xl/workbook.xml",
            "spreadsheetml.sheet",
            "<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'/>",
            extra
        );

    public static byte[] Pptx(params (string Name, string Content)[] extra) =>
        Office(
            "ppt/presentation.xml",
            "presentationml.presentation",
            "<p:presentation xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main'/>",
            extra
        );

    public static byte[] DocxWith(params (string Name, string Content)[] extra) =>
        Office(
            "word/document.xml",
            "wordprocessingml.document",
            "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body/></w:document>",
            extra
        );

    /// <summary>One relation to a place outside the document.</summary>
    public static (string Name, string Content) External(string kind, string part = "word/_rels/document.xml.rels") =>
        (
            part,
            "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='r1'"
                + $" Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}' Target='https://example.com/x' TargetMode='External'/></Relationships>"
        );

    /// <summary>A document of the formats before 2007, with these streams in its directory.</summary>
    public static byte[] OldOffice(params string[] streams)
    {
        var file = new byte[512 + 512 * 4 + 128 * (streams.Length + 1)];
        new byte[] { 0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1 }.CopyTo(file, 0);
        var place = 512 + 512 * 4;
        foreach (var name in streams.Prepend("Root Entry"))
        {
            Encoding.Unicode.GetBytes(name).CopyTo(file, place);
            BitConverter.TryWriteBytes(file.AsSpan(place + 64), (ushort)((name.Length + 1) * 2));
            file[place + 66] = (byte)(name == "Root Entry" ? 5 : 2);
            file[place + 67] = 1;
            place += 128;
        }
        return file;
    }

    public static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in files)
            {
                using var entry = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(content);
            }
        return zip.ToArray();
    }

    /// <summary>An archive with one file of zeros.</summary>
    public static byte[] ZipOfZeros(int megabytes)
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry("zeros.txt", CompressionLevel.Optimal).Open();
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < megabytes; i++)
                entry.Write(zeros);
        }
        return zip.ToArray();
    }

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return packed.ToArray();
    }

    public static byte[] Tar(params (string Name, byte[] Content)[] files)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
            foreach (var (name, content) in files)
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        return tar.ToArray();
    }

    public static byte[] Mp3(int frames = 4) => Repeat([0xFF, 0xFB, 0x90, 0x64], 417, frames);

    public static byte[] TaggedMp3() => [.. "ID3\x04\0\0\0\0\0\x0A"u8, .. new byte[10], .. Mp3()];

    public static byte[] Aac(int frames = 4) => Repeat([0xFF, 0xF1, 0x50, 0x80, 0x0B, 0x9F, 0xFC], 92, frames);

    public static byte[] Wav(int samples = 800)
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("RIFF"u8);
        writer.Write(36 + 2 * samples);
        writer.Write("WAVEfmt "u8);
        foreach (var value in new[] { 16, 0x00010001, 8000, 16000, 0x00100002, 0x61746164, 2 * samples })
            writer.Write(value);
        writer.Write(new byte[2 * samples]);
        return file.ToArray();
    }

    public static byte[] Ogg() => [.. "OggS\0\x02"u8, .. new byte[22], .. "OpusHead"u8, .. new byte[40]];

    public static byte[] WebM(string codec = "A_OPUS") =>
        [0x1A, 0x45, 0xDF, 0xA3, 0x9F, 0x42, 0x82, 0x84, .. "webm"u8, 0x18, 0x53, 0x80, 0x67, 0x86, .. Text(codec), .. new byte[60]];

    public static byte[] Mp4(string brand = "isom") =>
        [0, 0, 0, 20, .. "ftyp"u8, .. Text(brand), 0, 0, 2, 0, .. "mp42"u8, 0, 0, 0, 8, .. "mdat"u8, .. new byte[64]];

    private static byte[] Office(string main, string kind, string content, (string Name, string Content)[] extra) =>
        Zip([
            (
                "[Content_Types].xml",
                Text(
                    "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
                        + $"<Override PartName='/{main}' ContentType='application/vnd.openxmlformats-officedocument.{kind}.main+xml'/></Types>"
                )
            ),
            (main, Text(content)),
            .. extra.Select(part => (part.Name, Text(part.Content))),
        ]);

    private static byte[] Repeat(byte[] head, int length, int times) =>
        [.. Enumerable.Range(0, times).SelectMany(_ => head.Concat(new byte[length - head.Length]))];
}
