using System.Net;
using System.Net.Sockets;
using Chatbox.Node.Files.Judging;
using Chatbox.Node.Files.Scanning;
using Chatbox.Tests.Harness.Files;

namespace Chatbox.Tests.Unit.Files.Scanning;

/// <summary>Scanning with ClamAV's own daemon.</summary>
public sealed class ClamAvScannerTests
{
    [FactRequiresClamAv]
    public async Task The_daemon_finds_the_test_file_everywhere_and_nothing_in_good_files()
    {
        await using var server = await ClamAvServer.Start();
        foreach (var address in new[] { server.Tcp, server.Unix })
        {
            using var judge = new TestJudge(new ClamAvScanner(address));

            var refused = Assert.IsType<FileVerdict.Refused>(await judge.Judge("a.txt", SampleFiles.Eicar));
            Assert.Same(FileFault.Infected, refused.Fault);
            Assert.IsType<FileVerdict.Refused>(await judge.Judge("a.zip", SampleFiles.Zip(("inner.txt", SampleFiles.Eicar))));
            Assert.IsType<FileVerdict.Accepted>(await judge.Judge("a.txt", SampleFiles.Text("Hello")));
            Assert.IsType<FileVerdict.Accepted>(await judge.Judge("a.jpg", SampleImages.Of(".jpg", 500, 400)));
            Assert.Contains("chatbox_file_scan_seconds_count 4", await judge.MetricsPage());
        }
    }

    [FactRequiresClamAv]
    public async Task A_file_that_is_too_large_for_the_daemon_is_not_scanned_and_the_operator_is_told_why()
    {
        await using var server = await ClamAvServer.Start();
        using var content = new MemoryStream(new byte[3 * 1024 * 1024]);

        var fault = await Assert.ThrowsAsync<ScannerUnavailableException>(() => new ClamAvScanner(server.Unix).Scan(content, default));

        Assert.Contains("StreamMaxLength", fault.Message);
    }

    [Fact]
    public async Task A_daemon_that_is_not_there_is_unavailable()
    {
        using var content = new MemoryStream([1]);
        var address = new ClamAvAddress(null, 0, "/nonexistent/socket");

        await Assert.ThrowsAsync<ScannerUnavailableException>(() => new ClamAvScanner(address).Scan(content, default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("stream: \0")]
    [InlineData("INSTREAM: command not allowed ERROR\0")]
    public async Task Only_a_clear_reply_counts(string reply)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Serve(listener, reply);
        using var content = new MemoryStream([1, 2, 3]);
        var address = new ClamAvAddress("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, null);

        await Assert.ThrowsAsync<ScannerUnavailableException>(() => new ClamAvScanner(address).Scan(content, default));
        // The command, one chunk with its length, and the chunk of length 0.
        Assert.Equal([.. "zINSTREAM\0"u8, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 0], await serving);
    }

    [Theory]
    [InlineData("clamav", "clamav:3310")]
    [InlineData("clamav:99", "clamav:99")]
    [InlineData("[::1]:99", "[::1]:99")]
    [InlineData("/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl")]
    [InlineData("http://clamav:99", null)]
    [InlineData("clamav:99/x", null)]
    [InlineData("", null)]
    public void Addresses_are_hosts_or_paths(string text, string? address) => Assert.Equal(address, ClamAvAddress.Parse(text)?.ToString());

    private static async Task<byte[]> Serve(TcpListener listener, string reply)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var received = new byte[21];
        await stream.ReadExactlyAsync(received);
        await stream.WriteAsync(SampleFiles.Text(reply));
        return received;
    }
}
