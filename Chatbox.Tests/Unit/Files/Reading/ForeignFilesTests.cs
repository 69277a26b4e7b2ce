using System.Net;
using System.Security.Cryptography.X509Certificates;
using Chatbox.Actors.Files.Foreign;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Files.Reading;
using Chatbox.Tests.Harness.Files;
using Chatbox.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chatbox.Tests.Unit.Files.Reading;

/// <summary>Loading other people's files for models, from a host that does what it likes.</summary>
public sealed class ForeignFilesTests : IAsyncLifetime
{
    private static readonly byte[] Picture = SampleImages.Of(".png");

    private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-foreign-").FullName;
    private readonly TestJudge _judge = new();
    private WebApplication _host = null!;
    private IPAddress[] _addresses = [IPAddress.Loopback];

    private int Port => new Uri(_host.Urls.Single()).Port;

    public async Task InitializeAsync()
    {
        using var authority = new CertificateAuthority(_folder, "authority");
        var (certificate, key) = authority.Sign("files.example.org");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(
                IPAddress.Loopback,
                0,
                // A key that was read from PEM must be packed once more for SslStream.
                listen => listen.UseHttps(Packed(X509Certificate2.CreateFromPemFile(certificate, key)))
            )
        );
        _host = builder.Build();
        _host.MapGet("/cat.png", () => Results.Bytes(Picture));
        _host.MapGet("/other.png", () => Results.Bytes(SampleFiles.Pdf()));
        _host.MapGet("/bomb.png", () => Results.Bytes(SampleImages.HugePng(30_000, 30_000)));
        _host.MapGet("/moved.png", () => Results.Redirect("/cat.png"));
        _host.MapGet("/large.png", () => Results.Stream(body => body.WriteAsync(new byte[200_000]).AsTask()));
        await _host.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _judge.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task File_of_a_public_host_is_loaded_with_its_true_type()
    {
        var (content, type) = await Load("cat.png");

        await using (content)
        {
            using var copy = new MemoryStream();
            await content.CopyToAsync(copy);
            Assert.Equal(Picture, copy.ToArray());
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
        _addresses = [IPAddress.Parse("8.8.8.8"), IPAddress.Loopback];

        await Assert.ThrowsAsync<FileUnreadableException>(() => Load("cat.png", PublicAddress.IsPublic));
    }

    [Fact]
    public async Task Address_that_is_not_public_is_not_even_resolved()
    {
        using var files = Files(_ => throw new InvalidOperationException("resolved"));
        foreach (
            var address in new[] { "http://files.example.org/cat.png", $"https://127.0.0.1:{Port}/cat.png", "https://localhost/cat.png" }
        )
            await Assert.ThrowsAsync<FileUnreadableException>(() =>
                files.Load(new MessageFile("x", address, "cat.png", "image/png", 0), default)
            );
    }

    [Fact]
    public async Task Host_with_a_certificate_of_nobody_known_is_not_trusted()
    {
        using var files = Files(_ => true, trusts: false);
        await Assert.ThrowsAsync<FileUnreadableException>(() => files.Load(File("cat.png"), default));
    }

    private async Task<(Stream Content, string MimeType)> Load(string path, Func<IPAddress, bool>? isAllowed = null)
    {
        using var files = Files(isAllowed ?? (_ => true));
        return await files.Load(File(path), default);
    }

    private MessageFile File(string path) => new("x", $"https://files.example.org:{Port}/{path}", path, "image/png", 0);

    private ForeignFiles Files(Func<IPAddress, bool> isAllowed, bool trusts = true) =>
        new(
            new PublicHosts((_, _) => Task.FromResult(_addresses), isAllowed),
            _judge.Inner,
            _judge.Spool,
            new ReadingOptions
            {
                ForeignPorts = new HashSet<int> { Port },
                MostForeignBytes = 150_000,
            },
            TimeProvider.System,
            transport => transport.SslOptions.RemoteCertificateValidationCallback = trusts ? (_, _, _, _) => true : null
        );

    private static X509Certificate2 Packed(X509Certificate2 certificate)
    {
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
