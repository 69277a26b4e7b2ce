using System.Text;
using Chatbox.Tests.Harness.Files;

namespace Chatbox.Tests.Contract.Files;

/// <summary>Uploads to a node that scans with ClamAV's own daemon.</summary>
public sealed class UploadScanTests
{
    private const string Scanned = "chatbox_file_scan_seconds_count";
    private const string Unscanned = "chatbox_file_scan_failures_total{outcome=\"refused\"}";

    [FactRequiresClamAv]
    public async Task Malware_is_refused_with_its_reason_and_nothing_is_stored_while_the_daemon_is_away()
    {
        await using var scanner = await ClamAvServer.Start();
        await using var node = await TestNode.Start(new Dictionary<string, string> { ["UPLOAD_SCAN_CLAMAV"] = $"{scanner.Tcp}" });

        var malware = await Upload(node, SampleFiles.Eicar);
        var good = await Upload(node, Encoding.ASCII.GetBytes("Good news."));
        await scanner.DisposeAsync();
        var unscanned = await Upload(node, Encoding.ASCII.GetBytes("More good news."));

        Assert.Equal((422, "infected"), (malware.Status, malware.Json.Text("reason")));
        Assert.Equal(200, good.Status);
        Assert.Equal(503, unscanned.Status);
        Assert.True(unscanned.Headers.ContainsKey("Retry-After"));
        var metrics = await MetricsPage.Read(node.Http);
        Assert.Equal((2, 1), (metrics[Scanned], metrics[Unscanned]));
        Assert.Equal(1, metrics["chatbox_file_refusals_total{reason=\"infected\"}"]);
    }

    private static async Task<RestAnswer> Upload(TestNode node, byte[] content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/chatbox/upload") { Content = UploadHost.Form(content) };
        request.Headers.Authorization = UploadHost.Bearer("alice");
        using var answer = await node.Http.SendAsync(request);
        return await RestAnswer.Read(answer);
    }
}
