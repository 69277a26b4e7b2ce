using System.Net;
using Chatbox.Actors.Files.Foreign;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Files.Reading;

namespace Chatbox.Tests.Unit.Files.Reading;

/// <summary>Loading other people's files for models, from a host that does what it likes.</summary>
public sealed class ForeignFilesTests : ForeignHostTests
{
    [Fact]
    public async Task File_of_a_publicHost_is_loaded_with_its_true_type()
    {
        var (content, type) = await Load("cat.png");

        await using (content)
        {
            using var copy = new MemoryStream();
            await content.CopyToAsync(copy);
            Assert.Equal(ForeignHost.Picture, copy.ToArray());
        }

        Assert.Equal("image/png", type);
    }

    [Theory]
    [InlineData("moved.png")]
    [InlineData("nothing.png")]
    [InlineData("large.png")]
    [InlineData("other.png")]
    [InlineData("bomb.png")]
    public Task File_is_refused_after_a_redirect_an_error_too_many_bytes_or_as_an_upload_would_be(string path) =>
        Assert.ThrowsAsync<FileUnreadableException>(() => Load(path));

    [Fact]
    public async Task Host_that_has_become_private_is_not_connected_to()
    {
        Host.Addresses = [IPAddress.Parse("8.8.8.8"), IPAddress.Loopback];

        await Assert.ThrowsAsync<FileUnreadableException>(() => Load("cat.png", PublicAddress.IsPublic));
    }

    [Fact]
    public async Task Address_that_is_not_public_is_not_even_resolved()
    {
        using var files = Host.Files(Judge, _ => throw new InvalidOperationException("resolved"));
        foreach (
            var address in new[]
            {
                "http://files.example.org/cat.png",
                $"https://127.0.0.1:{Host.Port}/cat.png",
                "https://localhost/cat.png",
            }
        )
            await Assert.ThrowsAsync<FileUnreadableException>(() =>
                files.Load(new MessageFile("x", address, "cat.png", "image/png", 0), default)
            );
    }

    [Fact]
    public async Task Host_with_a_certificate_of_nobody_known_is_not_trusted()
    {
        using var files = Host.Files(Judge, trusts: false);
        await Assert.ThrowsAsync<FileUnreadableException>(() => files.Load(File("cat.png"), default));
    }

    private async Task<(Stream Content, string MimeType)> Load(string path, Func<IPAddress, bool>? isAllowed = null)
    {
        using var files = Host.Files(Judge, isAllowed);
        return await files.Load(File(path), default);
    }

    private MessageFile File(string path) => new("x", Host.Address(path), path, "image/png", 0);
}
