using Chatbox.Node.Files.Judging;
using Chatbox.Tests.Harness.Files;
using static Chatbox.Tests.Harness.Files.SampleFiles;

namespace Chatbox.Tests.Unit.Files.Judging;

/// <summary>Honest files are accepted, with the type that they show.</summary>
public sealed class GoodFileTests : IDisposable
{
    private const int VariedFiles = 1000;

    private readonly TestJudge _judge = new();

    public void Dispose() => _judge.Dispose();

    public static TheoryData<string> Extensions => [.. FileType.All.Select(type => type.Extension)];

    [Theory]
    [MemberData(nameof(Extensions))]
    public async Task Every_accepted_type_is_accepted_with_its_type_and_name(string extension)
    {
        var accepted = Accepted(await _judge.Judge($"Bericht März (2){extension.ToUpperInvariant()}", GoodFiles.Of(extension)));

        Assert.Equal(FileType.OfExtension(extension)!.MimeType, accepted.MimeType);
        Assert.Equal($"Bericht März (2){extension}", accepted.Name);
        Assert.Equal(accepted.MimeType.StartsWith("image/", StringComparison.Ordinal) && extension != ".svg", accepted.Image is not null);
    }

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".gif")]
    [InlineData(".webp")]
    [InlineData(".pdf")]
    [InlineData(".docx")]
    [InlineData(".mp3")]
    [InlineData(".txt")]
    public async Task A_good_file_is_stored_as_it_is(string extension)
    {
        var content = GoodFiles.Of(extension);

        var accepted = Accepted(await _judge.Judge($"a{extension}", content));

        Assert.Equal(content, ((MemoryStream)accepted.Content).ToArray());
    }

    [Theory]
    [InlineData("blob", "audio/webm;codecs=opus", "blob.webm", "audio/webm")]
    [InlineData("blob", "image/png", "blob.png", "image/png")]
    [InlineData("", null, "file.png", "image/png")]
    [InlineData("notes", "text/csv", "notes.csv", "text/csv")]
    [InlineData("notes", null, "notes.txt", "text/plain")]
    public async Task A_file_without_an_extension_gets_that_of_its_content(string name, string? claimed, string stored, string type)
    {
        var content =
            type == "audio/webm" ? WebM()
            : type == "image/png" ? SampleImages.Of(".png")
            : Text("a,b");

        var accepted = Accepted(await _judge.Judge(name, content, claimed));

        Assert.Equal((stored, type), (accepted.Name, accepted.MimeType));
    }

    [Fact]
    public async Task A_film_in_WebM_is_no_recording() =>
        Assert.Equal("video/webm", Accepted(await _judge.Judge("a.webm", WebM("V_VP9"))).MimeType);

    [Theory]
    [InlineData("a.csv", "application/vnd.ms-excel")]
    [InlineData("a.md", "application/octet-stream")]
    [InlineData("a.webm", "video/webm")]
    [InlineData("a.m4a", "audio/x-m4a")]
    [InlineData("a.zip", "application/x-zip-compressed")]
    [InlineData("a.docx", "application/msword")]
    [InlineData("a.txt", "")]
    public async Task What_clients_call_a_file_may_be_vague(string name, string claimed) =>
        Accepted(await _judge.Judge(name, GoodFiles.Of(Path.GetExtension(name)), claimed));

    [Fact]
    public async Task Honest_oddities_are_accepted()
    {
        var jpeg = SampleImages.Of(".jpg");
        (string Name, byte[] Content)[] odd =
        [
            ("motion.jpg", [.. jpeg, .. Mp4()]),
            ("gain-map.jpg", [.. jpeg, .. jpeg]),
            ("cut.jpg", jpeg[..^20]),
            ("newline.png", [.. SampleImages.Of(".png"), (byte)'\n']),
            ("utf16.txt", [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes("Grüße")]),
            ("latin1.csv", System.Text.Encoding.Latin1.GetBytes("Größe;1\n")),
            ("about-tags.txt", Text("ID3 tags, OggS pages and GIF89a files explained")),
            ("terminal.txt", Text("\e[31mred\e[0m\f\b")),
            ("page.txt", Text("<html><script>alert(1)</script></html>")),
            (
                "inkscape.svg",
                Svg(
                    "<a xlink:href='https://example.com'><rect style=\"font:'A\\, B';fill:url(#a)\"/></a><image href='data:image/png;base64,AAAA'/>"
                )
            ),
            (
                "illustrator.svg",
                Svg(before: "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>")
            ),
            ("says-javascript.svg", Svg("<text>write url(http://x) in javascript: or @import</text>")),
            ("links.docx", DocxWith(External("hyperlink"))),
            ("linked.xlsx", Xlsx(External("externalLinkPath", "xl/externalLinks/_rels/externalLink1.xml.rels"))),
            ("chart.pptx", Pptx(("ppt/embeddings/Microsoft_Excel_Sheet.xlsx", "x"))),
            ("links.pdf", PdfWith("3 0 obj\n<< /S /URI /URI (https://developer.mozilla.org/en-US/docs/Web/JavaScript) >>\nendobj")),
            ("invoice.pdf", PdfWith("3 0 obj\n<< /Type /Filespec /EF << /F 4 0 R >> >>\nendobj")),
            ("tagged.mp3", TaggedMp3()),
            ("empty.zip", SampleFiles.Zip()),
            ("photos.zip", SampleFiles.Zip(("1: first.jpg", jpeg), ("letter.docx", Docx()), ("inner.zip", SampleFiles.Zip(("a", [1]))))),
            ("log.gz", Gzip(new byte[4 * 1024 * 1024])),
            ("example.com.png", SampleImages.Of(".png")),
            ("node.js.pdf", Pdf()),
        ];

        foreach (var (name, content) in odd)
            Assert.True(
                await _judge.Judge(name, content) is FileVerdict.Accepted,
                $"{name} was refused: {await _judge.Judge(name, content)}"
            );
    }

    [Fact]
    public async Task No_good_file_among_1000_is_refused()
    {
        var random = new Random(20_261_127);
        var extensions = FileType.All.Select(type => type.Extension).ToArray();
        var refused = new List<string>();

        for (var i = 0; i < VariedFiles; i++)
        {
            var extension = extensions[random.Next(extensions.Length)];
            var name = Name(random) + (random.Next(2) == 0 ? extension : extension.ToUpperInvariant());
            if (await _judge.Judge(name, Varied(random, extension)) is not FileVerdict.Accepted { Name.Length: > 0 })
                refused.Add(name);
        }

        Assert.Empty(refused);
        Assert.Equal(0, _judge.FilesLeft);
    }

    private static string Name(Random random)
    {
        const string letters = "abcXYZ019 _-()äßéñ漢字עברית👍&'+,;=@#$%!~[]{}";
        var runes = letters.EnumerateRunes().ToArray();
        var name = string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => runes[random.Next(runes.Length)].ToString()));
        return random.Next(8) == 0 ? $"{name}.v{random.Next(9)}.final" : name;
    }

    private static byte[] Varied(Random random, string extension) =>
        extension switch
        {
            ".jpg" or ".jpeg" => SampleImages.WithExif(
                SampleImages.Of(".jpg", random.Next(2, 200), random.Next(2, 200)),
                random.Next(1, 9)
            ),
            ".png" => SampleImages.WithChunk(SampleImages.Of(".png", random.Next(2, 200), random.Next(2, 200)), "tEXt", Text("a\0b")),
            ".gif" => random.Next(2) == 0
                ? SampleImages.Animation(".gif", random.Next(2, 99), random.Next(2, 99))
                : SampleImages.WithComment(SampleImages.Of(".gif", random.Next(2, 99), random.Next(2, 99))),
            ".webp" => random.Next(2) == 0
                ? SampleImages.Animation(".webp", random.Next(2, 99), random.Next(2, 99))
                : SampleImages.WebPWithExif(),
            ".svg" => Svg(string.Concat(Enumerable.Range(0, random.Next(50)).Select(i => $"<circle r='{i}' style='fill:#abc'/>"))),
            ".pdf" => Pdf($"Page {random.Next(99)}", random.Next(1, 4)),
            ".docx" => Docx(Words(random, 50), Words(random, 50)),
            ".txt" or ".md" or ".csv" or ".json" => Plain(random),
            ".mp3" => Mp3(random.Next(1, 50)),
            ".aac" => Aac(random.Next(1, 50)),
            ".wav" => Wav(random.Next(0, 5000)),
            ".webm" => WebM(random.Next(2) == 0 ? "A_OPUS" : "V_VP8"),
            ".m4a" or ".mp4" => Mp4(new[] { "isom", "mp42", "M4A ", "dash", "qt  " }[random.Next(5)]),
            ".zip" => SampleFiles.Zip([.. Enumerable.Range(0, random.Next(20)).Select(i => ($"folder/{i}.bin", Bytes(random)))]),
            ".gz" => Gzip(Bytes(random)),
            ".tar" => Tar([.. Enumerable.Range(0, random.Next(1, 20)).Select(i => ($"folder/{i}.bin", Bytes(random)))]),
            _ => GoodFiles.Of(extension),
        };

    private static byte[] Plain(Random random)
    {
        var text = Words(random, random.Next(1, 2000));
        return random.Next(4) switch
        {
            0 => [0xEF, 0xBB, 0xBF, .. Text(text)],
            1 => [0xFE, 0xFF, .. System.Text.Encoding.BigEndianUnicode.GetBytes(text)],
            2 => System.Text.Encoding.Latin1.GetBytes(text),
            _ => Text(text),
        };
    }

    private static string Words(Random random, int count)
    {
        string[] words = ["alpha", "größer", "naïve", "\n", "1,234.56", "<b>", "\"quoted\"", "%PDF", "a;b"];
        return "w " + string.Join(' ', Enumerable.Range(0, count).Select(_ => words[random.Next(words.Length)]));
    }

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[random.Next(20_000)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static FileVerdict.Accepted Accepted(FileVerdict verdict) => Assert.IsType<FileVerdict.Accepted>(verdict);
}
