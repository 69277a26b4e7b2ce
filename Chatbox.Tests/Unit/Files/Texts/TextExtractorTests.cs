using System.Text;
using Chatbox.Node.Files.Texts;
using Chatbox.Node.Telemetry;
using Chatbox.Tests.Harness.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatbox.Tests.Unit.Files.Texts;

/// <summary>The text of documents, for models that cannot open them.</summary>
public sealed class TextExtractorTests
{
    private const string Pdf = "application/pdf";
    private const string Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    private readonly PrometheusMetrics _metrics = new();

    public static TheoryData<byte[]> Encodings =>
        [
            Encoding.UTF8.GetBytes("Größe: 漢字"),
            [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("Größe: 漢字")],
            [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("Größe: 漢字")],
            [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("Größe: 漢字")],
        ];

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_text_is_read_in_its_own_encoding(byte[] content) =>
        Assert.Equal(new FileText("Größe: 漢字", IsWhole: true), await Extract("text/plain", content));

    [Fact]
    public async Task A_text_that_is_not_UTF8_is_Latin1() =>
        Assert.Equal("Größe", (await Extract("text/csv", Encoding.Latin1.GetBytes("Größe")))!.Text);

    [Theory]
    [InlineData("äöü€")]
    [InlineData("👍👍👍")]
    public async Task A_long_text_is_cut_between_characters_and_says_so(string pattern)
    {
        var whole = string.Concat(Enumerable.Repeat(pattern, 100));
        for (var most = 10; most < 16; most++)
        {
            var text = await Extract("text/markdown", Encoding.UTF8.GetBytes(whole), new TextOptions { MostCharacters = most });

            Assert.False(text!.IsWhole);
            Assert.InRange(text.Text.Length, most - 1, most);
            Assert.StartsWith(text.Text, whole);
        }
    }

    [Fact]
    public async Task The_text_of_a_PDF_document_is_read()
    {
        var text = await Extract(Pdf, SampleFiles.Pdf("Annual report 2026", pages: 2));

        Assert.Equal(
            new FileText("Annual report 2026\n\nAnnual report 2026", IsWhole: true) { Pages = 2 },
            text! with
            {
                Text = text.Text.Trim(),
            }
        );
    }

    [Fact]
    public async Task Pages_beyond_the_bound_are_left_out_and_the_text_says_so()
    {
        var text = await Extract(Pdf, SampleFiles.Pdf("Page", pages: 3), new TextOptions { MostPages = 2 });

        Assert.Equal(new FileText("Page\n\nPage", IsWhole: false) { Pages = 3 }, text);
    }

    [Fact]
    public async Task The_text_of_a_Word_document_is_read_by_paragraphs() =>
        Assert.Equal("First\nSecond", (await Extract(Docx, SampleFiles.Docx("First", "Second")))!.Text.Trim());

    [Theory]
    [InlineData(Pdf)]
    [InlineData(Docx)]
    public async Task A_damaged_document_has_no_text_and_is_counted(string type)
    {
        Assert.Null(await Extract(type, SampleFiles.Text("%PDF-1.7 and nothing else")));
        Assert.Contains("chatbox_file_text_failures_total{reason=\"damaged\"} 1", await Metrics());
    }

    [Fact]
    public async Task A_document_that_wants_too_much_memory_has_no_text()
    {
        // A page whose content is 1.5 GB of spaces.
        Assert.Null(await Extract(Pdf, PdfBomb(1500), new TextOptions { MostMemory = 128 * 1024 * 1024 }));
        Assert.Contains("chatbox_file_text_failures_total{reason=\"damaged\"} 1", await Metrics());
    }

    [Fact]
    public async Task A_document_that_takes_too_long_has_no_text()
    {
        Assert.Null(await Extract(Pdf, SampleFiles.Pdf(), new TextOptions { Timeout = TimeSpan.FromMilliseconds(1) }));
        Assert.Contains("chatbox_file_text_failures_total{reason=\"timeout\"} 1", await Metrics());
    }

    [Fact]
    public async Task Other_types_have_no_text() => Assert.Null(await Extract("image/png", SampleImages.Of(".png")));

    private async Task<FileText?> Extract(string type, byte[] content, TextOptions? options = null)
    {
        using var extractor = new TextExtractor(
            options ?? new TextOptions(),
            _metrics.FileJudge,
            TimeProvider.System,
            NullLogger<TextExtractor>.Instance
        );
        using var stream = new MemoryStream(content);
        return await extractor.Extract(type, stream, CancellationToken.None);
    }

    private async Task<string> Metrics()
    {
        using var page = new MemoryStream();
        await _metrics.Write(page, CancellationToken.None);
        return Encoding.UTF8.GetString(page.ToArray());
    }

    private static byte[] PdfBomb(int megabytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            var spaces = new byte[1024 * 1024];
            spaces.AsSpan().Fill((byte)' ');
            for (var i = 0; i < megabytes; i++)
                zlib.Write(spaces);
        }
        var head =
            "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
            + "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>\nendobj\n"
            + $"4 0 obj\n<< /Filter /FlateDecode /Length {packed.Length} >>\nstream\n";
        return [.. SampleFiles.Text(head), .. packed.ToArray(), .. "\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"u8];
    }
}
