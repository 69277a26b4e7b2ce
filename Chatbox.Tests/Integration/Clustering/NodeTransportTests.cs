using System.Net;
using System.Net.Sockets;
using Chatbox.Node.Clustering.Links;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Integration.Clustering;

/// <summary>Connections between nodes: over TLS and in clear, over IPv4 and IPv6, with bad peers on either side.</summary>
public sealed class NodeTransportTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Long enough for several attempts; a test that expects silence waits for it.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-links-").FullName;
    private readonly CertificateAuthority _authority;

    public NodeTransportTests() => _authority = new CertificateAuthority(_folder, "authority");

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false, "127.0.0.1")]
    [InlineData(true, "127.0.0.1")]
    [InlineData(false, "::1")]
    [InlineData(true, "::1")]
    [InlineData(true, "localhost")]
    public async Task Nodes_reach_each_other(bool secured, string host)
    {
        await using var one = new LinkSystem(secured ? Tls("one") : null, host);
        await using var two = new LinkSystem(secured ? Tls("two") : null, host);

        Assert.Equal("there", await one.Ask(two.Address, "there", Deadline));
        Assert.Equal("back", await two.Ask(one.Address, "back", Deadline));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_of_any_size_arrive_whole_and_in_order(bool secured)
    {
        await using var one = new LinkSystem(secured ? Tls("one") : null);
        await using var two = new LinkSystem(secured ? Tls("two") : null);
        var texts = Enumerable.Range(0, 12).Select(n => new string((char)('a' + n), 1 << n)).Append(new string('z', 1_000_000)).ToList();

        foreach (var text in texts)
            Assert.Equal(text, await one.Ask(two.Address, text, Deadline));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Peer_that_accepts_and_closes_ends_no_good_node(bool aborts)
    {
        using var bad = new BadPeer(aborts);
        await using var one = new LinkSystem(Tls("one"));
        await using var two = new LinkSystem(Tls("two"));
        await Assert.ThrowsAsync<TimeoutException>(() => one.Ask(bad.Address, "anybody?", Silence));

        Assert.True(bad.Accepted > 0);
        Assert.False(one.Terminated.IsCompleted);
        Assert.Equal("still here", await one.Ask(two.Address, "still here", Deadline));
    }

    [Fact]
    public async Task Strangers_noise_ends_no_good_node()
    {
        await using var one = new LinkSystem(Tls("one"));
        await using var two = new LinkSystem(Tls("two"));
        foreach (var noise in new byte[][] { [], "GET / HTTP/1.1\r\n\r\n"u8.ToArray(), [0x16, 0x03, 0x01, 0xff, 0xff], new byte[70_000] })
        {
            using var stranger = new TcpClient();
            await stranger.ConnectAsync(IPAddress.Loopback, two.Address.Port);
            await stranger.GetStream().WriteAsync(noise);
            stranger.Client.Shutdown(SocketShutdown.Send);
        }

        Assert.Equal("still here", await one.Ask(two.Address, "still here", Deadline));
        Assert.False(two.Terminated.IsCompleted);
    }

    [Fact]
    public async Task Message_of_an_impossible_length_ends_its_connection_only()
    {
        await using var one = new LinkSystem(null);
        await using var two = new LinkSystem(null);
        using var stranger = new TcpClient();
        await stranger.ConnectAsync(IPAddress.Loopback, two.Address.Port);
        await stranger.GetStream().WriteAsync(new byte[] { 0xff, 0xff, 0xff, 0x7f, 1, 2, 3 });

        Assert.Equal(0, await stranger.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(Deadline));
        Assert.Equal("still here", await one.Ask(two.Address, "still here", Deadline));
    }

    [Fact]
    public async Task Nobody_gets_in_without_a_certificate_of_the_clusters_authority()
    {
        using var foreign = new CertificateAuthority(_folder, "foreign");
        await using var one = new LinkSystem(Tls("one"));
        await using var stranger = new LinkSystem(Tls("stranger", by: foreign));
        await using var plain = new LinkSystem(null);

        await Assert.ThrowsAsync<TimeoutException>(() => stranger.Ask(one.Address, "let me in", Silence));
        await Assert.ThrowsAsync<TimeoutException>(() => plain.Ask(one.Address, "let me in", Silence));
        await Assert.ThrowsAsync<TimeoutException>(() => one.Ask(stranger.Address, "who are you", Silence));
        Assert.False(one.Terminated.IsCompleted);
    }

    [Fact]
    public async Task Renewed_certificates_and_a_new_authority_count_for_new_connections()
    {
        await using var one = new LinkSystem(Tls("one"));
        await using var two = new LinkSystem(Tls("two", days: -0.5));
        await Assert.ThrowsAsync<TimeoutException>(() => one.Ask(two.Address, "expired", Silence));

        _authority.Sign("two");
        Assert.Equal("renewed", await one.Ask(two.Address, "renewed", Deadline));

        // A new authority beside the old one on every node first; then nodes may show certificates of either.
        using var next = new CertificateAuthority(_folder, "next");
        var both = $"{await File.ReadAllTextAsync(_authority.File)}\n{await File.ReadAllTextAsync(next.File)}\n";
        await File.WriteAllTextAsync(_authority.File, both);
        await using var three = new LinkSystem(Tls("three", by: next, trusts: _authority));
        Assert.Equal("new authority", await one.Ask(three.Address, "new authority", Deadline));
        Assert.Equal("old authority", await three.Ask(two.Address, "old authority", Deadline));
    }

    [Fact]
    public async Task Nodes_change_from_clear_to_tls_one_by_one()
    {
        await using var plain = new LinkSystem(null);
        await using var prefers = new LinkSystem(Tls("prefers", ClusterTlsMode.Prefer));
        await using var requires = new LinkSystem(Tls("requires"));

        Assert.Equal("clear", await plain.Ask(prefers.Address, "clear", Deadline));
        Assert.Equal("clear", await prefers.Ask(plain.Address, "clear", Deadline));
        Assert.Equal("tls", await prefers.Ask(requires.Address, "tls", Deadline));
        Assert.Equal("tls", await requires.Ask(prefers.Address, "tls", Deadline));
        await Assert.ThrowsAsync<TimeoutException>(() => requires.Ask(plain.Address, "clear", Silence));
    }

    private ClusterTls Tls(
        string name,
        ClusterTlsMode mode = ClusterTlsMode.Require,
        CertificateAuthority? by = null,
        CertificateAuthority? trusts = null,
        double days = 1
    )
    {
        var (certificate, key) = (by ?? _authority).Sign(name, days);
        return new ClusterTls(new ClusterTlsFiles(certificate, key, (trusts ?? by ?? _authority).File), mode);
    }
}
