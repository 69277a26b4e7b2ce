using System.Net;
using System.Net.Sockets;
using Chatbox.Actors.Files.Foreign;

namespace Chatbox.Tests.Unit.Files;

/// <summary>Which addresses of other people's files are public. Each case is a way in which services were made to ask their own network.</summary>
public sealed class PublicAddressTests
{
    [Theory]
    [InlineData("https://files.example.org/cat.png")]
    [InlineData("https://files.example.org:443/cat.png?size=1#top")]
    [InlineData("https://bücher.example/ä.png")]
    [InlineData("https://1.1.1.1/a")]
    [InlineData("https://[2606:4700:4700::1111]/a")]
    [InlineData("http://files.example.org/cat.png", false)]
    [InlineData("ftp://files.example.org/cat.png", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("data:text/plain,x", false)]
    [InlineData("//files.example.org/cat.png", false)]
    [InlineData("https://files.example.org:8443/", false)]
    [InlineData("https://files.example.org:80/", false)]
    [InlineData("https://files.example.org:22/", false)]
    [InlineData("https://files.example.org:0/", false)]
    [InlineData("https://files.example.org:65536/", false)]
    [InlineData("https://user@files.example.org/", false)]
    [InlineData("https://user:password@files.example.org/", false)]
    [InlineData("https://@10.0.0.1/", false)]
    [InlineData("https://1.1.1.1@10.0.0.1/", false)]
    [InlineData("https://localhost/", false)]
    [InlineData("https://a.localhost/", false)]
    [InlineData("https://localhost./", false)]
    [InlineData("https://LOCALHOST/", false)]
    [InlineData("https://metadata.google.internal/", false)]
    [InlineData("https://metadata.google.internal./", false)]
    [InlineData("https://metadata.google.internal../", false)]
    [InlineData("https://printer.local/", false)]
    [InlineData("https://intranet/", false)]
    [InlineData("https://2130706433/", false)]
    [InlineData("https://0x7f000001/", false)]
    [InlineData("https://0x7f.1/", false)]
    [InlineData("https://0177.0.0.1/", false)]
    [InlineData("https://127.1/", false)]
    [InlineData("https://16843009/", false)]
    [InlineData("https://1.1/", false)]
    [InlineData("https://01.1.1.1/", false)]
    [InlineData("https://127.0.0.1/", false)]
    [InlineData("https://169.254.169.254/latest/meta-data", false)]
    [InlineData("https://169.254.169.254./latest/meta-data", false)]
    [InlineData("https://2852039166/latest/meta-data", false)]
    [InlineData("https://0xa9fea9fe/latest/meta-data", false)]
    [InlineData("https://0xA9.0xFE.0xA9.0xFE/latest/meta-data", false)]
    [InlineData("https://0251.0376.0251.0376/latest/meta-data", false)]
    [InlineData("https://025177524776/latest/meta-data", false)]
    [InlineData("https://169.254.43518/latest/meta-data", false)]
    [InlineData("https://[::ffff:169.254.169.254]/latest/meta-data", false)]
    [InlineData("https://[::ffff:a9fe:a9fe]/latest/meta-data", false)]
    [InlineData("https://[64:ff9b::a9fe:a9fe]/latest/meta-data", false)]
    [InlineData("https://[2002:a9fe:a9fe::1]/latest/meta-data", false)]
    [InlineData("https://[2001:0:4136:e378:8000:63bf:5601:5601]/latest/meta-data", false)]
    [InlineData("https://0.0.0.0/", false)]
    [InlineData("https://0/", false)]
    [InlineData("https://127.0.0.1./", false)]
    [InlineData("https://100.64.0.1/", false)]
    [InlineData("https://[::]/", false)]
    [InlineData("https://[fe80::1]/", false)]
    [InlineData("https://[fd12:3456::1]/", false)]
    [InlineData("https://[::1]/", false)]
    [InlineData("https://[::ffff:127.0.0.1]/", false)]
    [InlineData("https://[fd00:ec2::254]/", false)]
    [InlineData("https://[fe80::1%25eth0]/", false)]
    [InlineData("https://files.example.org\\@10.0.0.1/", false)]
    [InlineData("https://１２７.0.0.1/", false)]
    [InlineData("https://①②⑦.⓪.⓪.①/", false)]
    [InlineData("https://metadata.google.ⓘnternal/", false)]
    [InlineData("https://ｍetadata.google.internal/", false)]
    [InlineData("https://files.googleﬁ.example/", false)]
    [InlineData("https://𝟏.example.org/", false)]
    [InlineData("https://例え.テスト.example/ä.png")]
    [InlineData("https://127。0。0。1/", false)]
    [InlineData("https://127%2e0%2e0%2e1/", false)]
    [InlineData("", false)]
    public void Address_is_read_only_if_it_can_be_public(string text, bool accepted = true) =>
        Assert.Equal(accepted, PublicAddress.TryParse(text, out _));

    [Fact]
    public void Another_port_is_read_if_it_is_allowed() =>
        Assert.True(PublicAddress.TryParse("https://files.example.org:8443/", out _, new HashSet<int> { 8443 }));

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("100.63.255.255", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("2a00:1450:4001:830::200e", true)]
    [InlineData("64:ff9b::808:808", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("0.1.2.3", false)]
    [InlineData("10.255.255.255", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("100.127.255.255", false)]
    [InlineData("100.128.0.0", true)]
    [InlineData("127.255.255.254", false)]
    [InlineData("168.63.129.16", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("192.0.0.8", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("192.88.99.1", false)]
    [InlineData("198.51.100.1", false)]
    [InlineData("203.0.113.1", false)]
    [InlineData("240.0.0.1", false)]
    [InlineData("198.19.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("::ffff:0.0.0.0", false)]
    [InlineData("64:ff9b::a9fe:a9fe", false)]
    [InlineData("64:ff9b::6440:1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("64:ff9b:1::808:808", false)]
    [InlineData("2001::1", false)]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2", false)]
    [InlineData("2002:808:808::1", true)]
    [InlineData("2002:a9fe:a9fe::1", false)]
    [InlineData("3fff::1", false)]
    [InlineData("5f00::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:7f00:1::1", false)]
    [InlineData("2002:a00:1::1", false)]
    [InlineData("2a00::5efe:10.0.0.1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd12::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    public void Ip_address_is_public_or_not(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicAddress.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public async Task Host_with_one_private_address_among_public_ones_is_refused()
    {
        var hosts = Hosts("8.8.8.8", "10.0.0.1");

        Assert.Null(await hosts.Resolve("files.example.org", default));
        await Assert.ThrowsAsync<HttpRequestException>(async () => await hosts.Connect(new DnsEndPoint("files.example.org", 443), default));
    }

    [Fact]
    public async Task Host_without_an_address_is_refused()
    {
        var unknown = new PublicHosts((_, _) => throw new SocketException((int)SocketError.HostNotFound), PublicAddress.IsPublic);

        Assert.Null(await unknown.Resolve("nobody.example.org", default));
        Assert.Null(await Hosts().Resolve("nobody.example.org", default));
    }

    [Fact]
    public async Task Host_that_changes_to_a_private_address_after_the_check_is_never_connected_to()
    {
        using var inside = new TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        var asked = 0;
        var rebinding = new PublicHosts(
            (_, _) => Task.FromResult<IPAddress[]>([asked++ == 0 ? IPAddress.Parse("8.8.8.8") : IPAddress.Loopback]),
            PublicAddress.IsPublic
        );
        var port = ((IPEndPoint)inside.LocalEndpoint).Port;

        Assert.NotNull(await rebinding.Resolve("files.example.org", default));
        await Assert.ThrowsAsync<HttpRequestException>(async () =>
            await rebinding.Connect(new DnsEndPoint("files.example.org", port), default)
        );
        Assert.False(inside.Pending());
    }

    [Fact]
    public async Task Connection_goes_to_the_address_that_was_checked()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var hosts = new PublicHosts((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]), _ => true);
        var port = ((IPEndPoint)server.LocalEndpoint).Port;

        await using var stream = await hosts.Connect(new DnsEndPoint("files.example.org", port), default);
        using var accepted = await server.AcceptTcpClientAsync();
        Assert.True(accepted.Connected);
    }

    private static PublicHosts Hosts(params string[] addresses) =>
        new((_, _) => Task.FromResult<IPAddress[]>([.. addresses.Select(IPAddress.Parse)]), PublicAddress.IsPublic);
}
