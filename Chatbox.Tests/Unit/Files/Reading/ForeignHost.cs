using System.Net;
using System.Security.Cryptography.X509Certificates;
using Chatbox.Actors.Files.Foreign;
using Chatbox.Node.Files.Reading;
using Chatbox.Tests.Harness.Files;
using Chatbox.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chatbox.Tests.Unit.Files.Reading;

/// <summary>A host on the Internet, as far as the tests are concerned, that does what it likes: <c>https://files.example.org</c>.</summary>
internal sealed class ForeignHost : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-foreign-").FullName;
    private readonly WebApplication _host;

    private ForeignHost()
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
    }

    /// <summary>What is at <c>/cat.png</c>.</summary>
    public static byte[] Picture { get; } = SampleImages.Of(".png");

    /// <summary>What the name service says of the host.</summary>
    public IPAddress[] Addresses { get; set; } = [IPAddress.Loopback];

    public int Port => new Uri(_host.Urls.Single()).Port;

    public static async Task<ForeignHost> Start()
    {
        var host = new ForeignHost();
        await host._host.StartAsync();
        return host;
    }

    public string Address(string path) => $"https://files.example.org:{Port}/{path}";

    public PublicHosts Hosts(Func<IPAddress, bool>? isAllowed = null) =>
        new((_, _) => Task.FromResult(Addresses), isAllowed ?? (_ => true));

    public ReadingOptions Options =>
        new()
        {
            ForeignPorts = new HashSet<int> { Port },
            MostForeignBytes = 150_000,
        };

    public ForeignFiles Files(TestJudge judge, Func<IPAddress, bool>? isAllowed = null, bool trusts = true) =>
        new(
            Hosts(isAllowed),
            judge.Inner,
            judge.Spool,
            Options,
            TimeProvider.System,
            transport => transport.SslOptions.RemoteCertificateValidationCallback = trusts ? (_, _, _, _) => true : null
        );

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static X509Certificate2 Packed(X509Certificate2 certificate)
    {
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
