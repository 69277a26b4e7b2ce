using Chatbox.Node.Files.Judging;
using Chatbox.Tests.Harness.Files;
using static Chatbox.Tests.Harness.Files.SampleFiles;

namespace Chatbox.Tests.Unit.Files.Judging;

/// <summary>Bad files are refused, each with its reason.</summary>
public sealed class BadFileTests : IDisposable
{
    private const string OpenAction = "3 0 obj\n<< /Type /Action {0} >>\nendobj";

    private readonly TestJudge _judge = new();

    public void Dispose() => _judge.Dispose();

    /// <summary>The content of each case, by its description; the name and the reason stand in <see cref="Cases"/>.</summary>
    private static readonly Dictionary<string, (string Name, Func<byte[]> Content, string Reason)> Corpus = new()
    {
        ["no bytes"] = ("a.txt", () => [], "empty"),

        ["a type that is not accepted"] = ("a.exe", () => Text("x"), "type"),
        ["a web page"] = ("a.html", () => Text("<html></html>"), "type"),
        ["an iPhone's own format"] = ("a", () => Mp4("heic"), "type"),
        ["a Windows program"] = ("a.png", () => [.. "MZ\x90\0"u8, .. new byte[64]], "type"),
        ["a Linux program"] = ("a.pdf", () => [0x7F, .. "ELF"u8, .. new byte[64]], "type"),
        ["a macOS program"] = ("a.zip", () => [0xCF, 0xFA, 0xED, 0xFE, .. new byte[64]], "type"),
        ["a shell script"] = ("a.txt", () => Text("#!/bin/sh\nrm -rf /\n"), "type"),
        ["a shell script behind a byte order mark"] = ("a.txt", () => [0xEF, 0xBB, 0xBF, .. "#!/bin/sh"u8], "type"),

        ["a PNG called JPEG"] = ("a.jpg", () => SampleImages.Of(".png"), "mismatch"),
        ["a PDF called text"] = ("a.txt", () => Pdf(), "mismatch"),
        ["a text called PDF"] = ("a.pdf", () => Text("Hello"), "mismatch"),
        ["bytes called text"] = ("a.txt", () => [1, 2, 3, 0, 255], "mismatch"),
        ["bytes late in a text"] = ("a.csv", () => [.. Text(new string('a', 100_000)), 0], "mismatch"),
        ["an archive called Word document"] = ("a.docx", () => SampleFiles.Zip(("a.txt", [1])), "mismatch"),
        ["a Word document called Excel workbook"] = ("a.xlsx", () => Docx(), "mismatch"),
        ["an old Excel workbook called Word document"] = ("a.doc", () => OldOffice("Workbook"), "mismatch"),
        ["a Word document with a password"] = ("a.docx", () => OldOffice("EncryptedPackage"), "mismatch"),
        ["HTML called SVG"] = ("a.svg", () => Text("<html xmlns='http://www.w3.org/1999/xhtml'/>"), "mismatch"),

        ["a path"] = ("../a.txt", () => Text("x"), "name"),
        ["a Windows path"] = ("..\\a.txt", () => Text("x"), "name"),
        ["a folder"] = ("a/b.txt", () => Text("x"), "name"),
        ["two dots"] = ("a..txt", () => Text("x"), "name"),
        ["a zero character"] = ("a.exe\0.txt", () => Text("x"), "name"),
        ["a line end"] = ("a\r\nb.txt", () => Text("x"), "name"),
        ["text turned around"] = ("a\u202Etxt.png", () => SampleImages.Of(".png"), "name"),
        ["a hidden program"] = ("invoice.exe.pdf", () => Pdf(), "name"),
        ["a program behind spaces"] = ("invoice.exe          .pdf", () => Pdf(), "name"),
        ["half a character"] = ("a\uD83D.txt", () => Text("x"), "name"),

        ["SVG with a script"] = ("a.svg", () => Svg("<script>alert(1)</script>"), "active"),
        ["SVG with a script of another namespace"] = ("a.svg", () => Svg("<x:script xmlns:x='http://www.w3.org/1999/xhtml'/>"), "active"),
        ["SVG with an event handler"] = ("a.svg", () => Svg("<rect onload='alert(1)'/>"), "active"),
        ["SVG with HTML inside"] = ("a.svg", () => Svg("<foreignObject/>"), "active"),
        ["SVG with another's picture"] = ("a.svg", () => Svg("<image xlink:href='https://example.com/a.png'/>"), "active"),
        ["SVG with another's shape"] = ("a.svg", () => Svg("<use href='https://example.com/a.svg#x'/>"), "active"),
        ["SVG with a script as a link"] = ("a.svg", () => Svg("<a href='java&#x73;cript:alert(1)'/>"), "active"),
        ["SVG with a page as data"] = ("a.svg", () => Svg("<use href='data:image/svg+xml;base64,AAAA'/>"), "active"),
        ["SVG with another's styles"] = ("a.svg", () => Svg("<style>@import 'https://example.com/a.css';</style>"), "active"),
        ["SVG with another's font"] = ("a.svg", () => Svg("<rect style='fill:url( https://example.com/a)'/>"), "active"),
        ["SVG with escaped styles"] = ("a.svg", () => Svg("<style>@\\69mport 'x';</style>"), "active"),
        ["SVG with an animated link"] = ("a.svg", () => Svg("<a><animate attributeName='xlink:href' to='javascript:x'/></a>"), "active"),
        ["SVG with entities"] = ("a.svg", () => Svg("<text>&x;</text>", "<!DOCTYPE svg [<!ENTITY x 'y'>]>"), "active"),
        ["SVG with a file as an entity"] = (
            "a.svg",
            () => Svg("<text/>", "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"),
            "active"
        ),
        ["SVG with a style sheet"] = ("a.svg", () => Svg(before: "<?xml-stylesheet href='https://example.com/a.css'?>"), "active"),

        ["Word with macros"] = ("a.docx", () => DocxWith(("word/vbaProject.bin", "x")), "active"),
        ["Word with an embedded object"] = ("a.docx", () => DocxWith(("word/embeddings/oleObject1.bin", "x")), "active"),
        ["Word with a control"] = ("a.docx", () => DocxWith(("word/activeX/activeX1.xml", "<x/>")), "active"),
        ["Word with another's template"] = (
            "a.docx",
            () => DocxWith(External("attachedTemplate", "word/_rels/settings.xml.rels")),
            "active"
        ),
        ["Word with another's picture"] = ("a.docx", () => DocxWith(External("image")), "active"),
        ["Word with DDE"] = ("a.docx", () => DocxWith(("word/footer1.xml", DdeField("DDEAUTO c:\\\\x"))), "active"),
        ["Word with DDE in pieces"] = (
            "a.docx",
            () => DocxWith(("word/footer1.xml", "<w:ftr xmlns:w='w'><w:instrText>DD</w:instrText><w:instrText>E x</w:instrText></w:ftr>")),
            "active"
        ),
        ["Excel with DDE"] = (
            "a.xlsx",
            () => Xlsx(("xl/externalLinks/externalLink1.xml", "<externalLink><ddeLink/></externalLink>")),
            "active"
        ),
        ["old Word with macros"] = ("a.doc", () => OldOffice("WordDocument", "_VBA_PROJECT"), "active"),
        ["old Excel with macros"] = ("a.xls", () => OldOffice("Workbook", "_VBA_PROJECT_CUR"), "active"),
        ["old Word with an embedded program"] = ("a.doc", () => OldOffice("WordDocument", "\u0001Ole10Native"), "active"),

        ["PDF with JavaScript"] = ("a.pdf", () => PdfWith(OpenAction.Replace("{0}", "/S /JavaScript /JS (app.alert(1))")), "active"),
        ["PDF with JavaScript in disguise"] = ("a.pdf", () => PdfWith(OpenAction.Replace("{0}", "/S%x\n/J#61vaScript")), "active"),
        ["PDF with compressed JavaScript"] = ("a.pdf", () => PdfWithHidden("<< /S /JavaScript /JS (x) >>"), "active"),
        ["PDF that starts a program"] = ("a.pdf", () => PdfWith(OpenAction.Replace("{0}", "/S/Launch/F(cmd.exe)")), "active"),
        ["PDF with a film"] = ("a.pdf", () => PdfWith("3 0 obj\n<< /Type /Annot /Subtype /RichMedia >>\nendobj"), "active"),

        ["PDF and web page"] = ("a.pdf", () => PdfWith("<html><script>alert(1)</script></html>"), "mismatch"),
        ["GIF and JavaScript"] = ("a.gif", () => [.. SampleImages.Of(".gif"), .. Text("/*x*/=1;alert(1)")], "mismatch"),
        ["GIF that is JavaScript only"] = ("a.gif", () => Text("GIF89a=1;alert(1)//"), "damaged"),
        ["JPEG and archive"] = ("a.jpg", () => [.. SampleImages.Of(".jpg"), .. SampleFiles.Zip(("a", [1]))], "mismatch"),
        ["PNG and web page"] = ("a.png", () => [.. SampleImages.Of(".png"), .. "\0\0<script>alert(1)</script>"u8], "mismatch"),
        ["PDF and archive"] = ("a.pdf", () => [.. Pdf(), .. SampleFiles.Zip(("a", [1]))], "mismatch"),
        ["recording and archive"] = ("a.mp3", () => [.. Mp3(), .. SampleFiles.Zip(("a", [1]))], "mismatch"),

        ["a flat bomb"] = ("a.zip", () => ZipOfZeros(70), "bomb"),
        ["a bomb in a Word document"] = ("a.docx", () => ZipOfZeros(70), "bomb"),
        ["a bomb in gzip"] = ("a.gz", () => Gzip(new byte[70 * 1024 * 1024]), "bomb"),
        ["a bomb in gzip in gzip"] = ("a.gz", () => Gzip(Gzip(new byte[70 * 1024 * 1024])), "bomb"),
        ["a bomb in an archive"] = ("a.tar", () => Tar(("b.zip", ZipOfZeros(70))), "bomb"),
        ["archives in each other"] = ("a.zip", () => Nested(4), "bomb"),
        ["too many files"] = (
            "a.zip",
            () => SampleFiles.Zip([.. Enumerable.Range(0, 10_001).Select(i => ($"{i}", Array.Empty<byte>()))]),
            "bomb"
        ),
        ["a file larger than declared"] = ("a.zip", () => Lying(SampleFiles.Zip(("a.txt", new byte[5000])), 10), "bomb"),
        ["files that share their bytes"] = ("a.zip", () => Overlapping(), "bomb"),
        ["an archive that leads out of its folder"] = ("a.zip", () => SampleFiles.Zip(("../../etc/passwd", [1])), "name"),
        ["an archive with an absolute path"] = ("a.tar", () => Tar(("/etc/passwd", [1])), "name"),
        ["half an archive"] = ("a.zip", () => SampleFiles.Zip(("a", new byte[500]))[..^30], "damaged"),
        ["a broken archive"] = ("a.zip", () => Broken(), "damaged"),

        ["30 000 × 30 000 pixels"] = ("a.png", () => SampleImages.HugePng(30_000, 30_000), "bomb"),
        ["a huge frame on a small GIF"] = ("a.gif", () => HugeFrame(), "bomb"),
        ["a broken picture"] = ("a.jpg", () => [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, .. new byte[200]], "damaged"),
        ["a PNG without pixels"] = ("a.png", () => [.. SampleImages.Of(".png").AsSpan(0, 33)], "damaged"),
    };

    public static TheoryData<string> Cases => [.. Corpus.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_bad_file_is_refused_with_its_reason(string description)
    {
        var (name, content, reason) = Corpus[description];

        var verdict = await _judge.Judge(name, content());

        var refused = Assert.IsType<FileVerdict.Refused>(verdict);
        Assert.Equal(reason, refused.Fault.Label);
        Assert.True(refused.Fault.Status is 413 or 415 or 422);
        // A sentence that a person understands: it says what is wrong, and is not made of parts of the program.
        Assert.Matches("^[A-Z].{20,400}\\.$", refused.Message);
        Assert.DoesNotContain("Exception", refused.Message);
        Assert.Equal(0, _judge.FilesLeft);
        Assert.Contains($"chatbox_file_refusals_total{{reason=\"{reason}\"}} 1\n", await _judge.MetricsPage());
    }

    [Theory]
    [InlineData("a.png", "audio/mpeg")]
    [InlineData("a.mp3", "image/png")]
    [InlineData("a.pdf", "image/png")]
    [InlineData("a.txt", "text/html")]
    public async Task A_file_that_the_client_calls_something_else_is_refused(string name, string claimed)
    {
        var content = Path.GetExtension(name) switch
        {
            ".png" => SampleImages.Of(".png"),
            ".mp3" => Mp3(),
            ".pdf" => Pdf(),
            _ => Text("x"),
        };

        var refused = Assert.IsType<FileVerdict.Refused>(await _judge.Judge(name, content, claimed));

        Assert.Same(FileFault.Mismatch, refused.Fault);
    }

    [Fact]
    public void A_huge_image_is_small_as_a_file() => Assert.InRange(SampleImages.HugePng(30_000, 30_000).Length, 10_000, 150_000);

    private static string DdeField(string instruction) =>
        $"<w:ftr xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:fldSimple w:instr='{instruction}'/></w:ftr>";

    private static byte[] Nested(int levels) => levels == 0 ? Text("x") : SampleFiles.Zip(($"{levels}.zip", Nested(levels - 1)));

    /// <summary>Changes the size that the directory declares for the first entry.</summary>
    private static byte[] Lying(byte[] zip, int declared)
    {
        var directory = zip.AsSpan().LastIndexOf("PK\x01\x02"u8);
        BitConverter.TryWriteBytes(zip.AsSpan(directory + 24), declared);
        return zip;
    }

    /// <summary>All entries of the directory lead to the bytes of the first one.</summary>
    private static byte[] Overlapping()
    {
        var random = new Random(1);
        var zip = SampleFiles.Zip([
            .. Enumerable
                .Range(0, 3)
                .Select(i =>
                {
                    var bytes = new byte[i == 0 ? 9000 : 10];
                    random.NextBytes(bytes);
                    return ($"{i}", bytes);
                }),
        ]);
        var first = zip.AsSpan().IndexOf("PK\x01\x02"u8);
        for (var entry = first; entry >= 0; )
        {
            zip.AsSpan(first + 20, 8).CopyTo(zip.AsSpan(entry + 20));
            zip.AsSpan(first + 42, 4).CopyTo(zip.AsSpan(entry + 42));
            var next = zip.AsSpan(entry + 4).IndexOf("PK\x01\x02"u8);
            entry = next < 0 ? -1 : entry + 4 + next;
        }
        return zip;
    }

    private static byte[] Broken()
    {
        var random = new Random(1);
        var zip = SampleFiles.Zip(("a.txt", Text(string.Concat(Enumerable.Range(0, 500).Select(i => $"{i * 7919}")))));
        for (var i = 40; i < 80; i++)
            zip[i] = (byte)random.Next(256);
        return zip;
    }

    private static byte[] HugeFrame()
    {
        var gif = SampleImages.Of(".gif");
        var frame = 13 + ((gif[10] & 0x80) == 0 ? 0 : 3 << ((gif[10] & 7) + 1));
        while (gif[frame] != 0x2C)
        {
            frame += 2;
            while (gif[frame] != 0)
                frame += 1 + gif[frame];
            frame++;
        }
        BitConverter.TryWriteBytes(gif.AsSpan(frame + 5), (ushort)30_000);
        BitConverter.TryWriteBytes(gif.AsSpan(frame + 7), (ushort)30_000);
        return gif;
    }
}
