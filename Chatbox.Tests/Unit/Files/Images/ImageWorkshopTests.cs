using Chatbox.Actors.Files;
using Chatbox.Node.Files;
using Chatbox.Node.Files.Images;
using Chatbox.Node.Files.Judging;
using Chatbox.Tests.Harness.Files;
using NetVips;

namespace Chatbox.Tests.Unit.Files.Images;

/// <summary>What is done to images before they are stored, and for models.</summary>
public sealed class ImageWorkshopTests
{
    private const double Dark = 20;
    private const double Bright = 230;

    public static TheoryData<string> WithMetadata => [.. Marked.Keys];

    private static readonly Dictionary<string, Func<byte[]>> Marked = new()
    {
        [".jpg"] = () => SampleImages.WithExif(SampleImages.Of(".jpg")),
        [".png"] = () => SampleImages.WithChunk(SampleImages.Of(".png"), "tEXt", SampleFiles.Text($"Make\0{SampleImages.Camera}")),
        [".gif"] = () => SampleImages.WithComment(SampleImages.Of(".gif")),
        [".webp"] = () => SampleImages.WebPWithExif(),
    };

    [Theory]
    [MemberData(nameof(WithMetadata))]
    public async Task Metadata_are_taken_out_and_no_pixel_changes(string extension)
    {
        var before = Marked[extension]();
        Assert.True(Contains(before, SampleImages.Camera));

        var (after, accepted) = await Judge($"a{extension}", before);

        Assert.False(Contains(after, SampleImages.Camera));
        Assert.False(Contains(after, "Exif"));
        Assert.Equal(new ImageSize(64, 48), accepted.Image);
        Assert.Equal(Pixels(before), Pixels(after));
    }

    [Theory]
    [MemberData(nameof(WithMetadata))]
    public async Task Metadata_stay_if_the_operator_wants_them(string extension)
    {
        var before = Marked[extension]();

        var (after, _) = await Judge($"a{extension}", before, new ImageOptions { StripMetadata = false });

        Assert.Equal(before, after);
    }

    /// <summary>EXIF 2.32, tag 274: where the stored first row and column are for the person who looks.</summary>
    [Theory]
    [InlineData(1, 64, 48, Dark)]
    [InlineData(2, 64, 48, Bright)]
    [InlineData(3, 64, 48, Bright)]
    [InlineData(4, 64, 48, Dark)]
    [InlineData(5, 48, 64, Dark)]
    [InlineData(6, 48, 64, Dark)]
    [InlineData(7, 48, 64, Bright)]
    [InlineData(8, 48, 64, Bright)]
    public async Task A_photo_is_stored_upright(int orientation, int width, int height, double corner)
    {
        var (after, accepted) = await Judge("a.jpg", SampleImages.WithExif(SampleImages.Of(".jpg"), orientation));

        using var image = Image.NewFromBuffer(after);
        Assert.Equal((width, height), (image.Width, image.Height));
        Assert.Equal(new ImageSize(width, height), accepted.Image);
        Assert.False(image.Contains("orientation") && (int)image.Get("orientation") > 1);
        Assert.InRange(SampleImages.Corner(after), corner - 8, corner + 8);
        Assert.InRange(SampleImages.Corner(accepted.Thumbnail!), corner - 8, corner + 8);
        Assert.False(Contains(after, SampleImages.Camera));
    }

    [Theory]
    [InlineData(".gif")]
    [InlineData(".webp")]
    public async Task An_animation_stays_animated(string extension)
    {
        var before = SampleImages.Animation(extension);
        if (extension == ".gif")
            before = SampleImages.WithComment(before);

        var (after, accepted) = await Judge($"a{extension}", before);

        using var image = Image.NewFromBuffer(after, "[n=-1]");
        Assert.Equal(2, (int)image.Get("n-pages"));
        Assert.Equal(new ImageSize(32, 24), accepted.Image);
        Assert.False(Contains(after, SampleImages.Camera));
        using var thumbnail = Image.NewFromBuffer(accepted.Thumbnail!);
        Assert.Equal((32, 24), (thumbnail.Width, thumbnail.Height));
    }

    [Fact]
    public async Task What_a_camera_appends_is_taken_out()
    {
        var photo = SampleImages.Of(".jpg");

        var (after, _) = await Judge("a.jpg", [.. photo, .. SampleFiles.Mp4()]);

        Assert.Equal(photo, after);
    }

    [Fact]
    public async Task A_thumbnail_has_512_pixels_at_most_and_the_same_shape()
    {
        var (_, accepted) = await Judge("a.png", SampleImages.Of(".png", 2000, 1000));

        using var thumbnail = Image.NewFromBuffer(accepted.Thumbnail!);
        Assert.Equal((512, 256), (thumbnail.Width, thumbnail.Height));
        Assert.Equal("webpload_buffer", thumbnail.Get("vips-loader"));
    }

    [Fact]
    public async Task A_model_gets_a_smaller_upright_JPEG()
    {
        using var files = new ImageFolder();
        using var workshop = new ImageWorkshop(new ImageOptions(), files.Spool);
        using var photo = new MemoryStream(SampleImages.WithExif(SampleImages.Of(".jpg", 2000, 1000), orientation: 6));

        using var image = Image.NewFromBuffer((await workshop.Downscale(photo, 1024, CancellationToken.None))!);

        Assert.Equal((512, 1024), (image.Width, image.Height));
        Assert.Equal("jpegload_buffer", image.Get("vips-loader"));
    }

    [Fact]
    public async Task A_file_that_is_no_image_has_no_smaller_copy()
    {
        using var files = new ImageFolder();
        using var workshop = new ImageWorkshop(new ImageOptions(), files.Spool);
        using var text = new MemoryStream(SampleFiles.Text("Hello"));

        Assert.Null(await workshop.Downscale(text, 1024, CancellationToken.None));
    }

    private static async Task<(byte[] Content, FileVerdict.Accepted Verdict)> Judge(
        string name,
        byte[] content,
        ImageOptions? images = null
    )
    {
        using var judge = new TestJudge(images: images);
        var accepted = Assert.IsType<FileVerdict.Accepted>(await judge.Judge(name, content));
        return (((MemoryStream)accepted.Content).ToArray(), accepted);
    }

    private static bool Contains(byte[] content, string text) => content.AsSpan().IndexOf(SampleFiles.Text(text)) >= 0;

    private static byte[] Pixels(byte[] content)
    {
        using var image = Image.NewFromBuffer(content);
        return image.WriteToMemory<byte>();
    }

    private sealed class ImageFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chatbox-images-");

        public FileSpool Spool => new(_folder.FullName, TimeProvider.System);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
