using Chatbox.Node.Files;
using Chatbox.Node.Files.Images;
using Chatbox.Node.Files.Judging;
using Chatbox.Node.Files.Scanning;
using Chatbox.Node.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatbox.Tests.Harness.Files;

/// <summary>The judge as a node has it, with a folder and metrics of its own.</summary>
internal sealed class TestJudge : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chatbox-judge-");
    private readonly ImageWorkshop _images;
    private readonly FileJudge _judge;

    public TestJudge(
        IFileScanner? scanner = null,
        ScanOptions? scan = null,
        ImageOptions? images = null,
        JudgeOptions? options = null,
        TimeProvider? clock = null
    )
    {
        clock ??= TimeProvider.System;
        Spool = new FileSpool(_folder.FullName, clock);
        _images = new ImageWorkshop(images ?? new ImageOptions(), Spool);
        var malware = new MalwareCheck(scanner, scan ?? new ScanOptions(), Metrics.FileJudge, clock, NullLogger<MalwareCheck>.Instance);
        _judge = new FileJudge(
            options ?? new JudgeOptions(),
            malware,
            _images,
            Spool,
            Metrics.FileJudge,
            clock,
            NullLogger<FileJudge>.Instance
        );
    }

    /// <summary>The judge itself, for what judges files.</summary>
    public IFileJudge Inner => _judge;

    public PrometheusMetrics Metrics { get; } = new();

    public FileSpool Spool { get; }

    /// <summary>Files that have a name in the spool.</summary>
    public int FilesLeft => _folder.GetFiles().Length;

    public async Task<FileVerdict> Judge(string name, byte[] content, string? claimedType = null)
    {
        await using var spooled = Spool.Create();
        await spooled.WriteAsync(content);
        var verdict = await _judge.Judge(new SpooledFile(name, claimedType, spooled), CancellationToken.None);
        if (verdict is not FileVerdict.Accepted accepted)
            return verdict;
        // The tests look at the content when the spool is gone.
        await using var stored = accepted.Content;
        var copy = new MemoryStream();
        stored.Position = 0;
        await stored.CopyToAsync(copy);
        return accepted with { Content = copy };
    }

    /// <summary>The metrics as Prometheus reads them.</summary>
    public async Task<string> MetricsPage()
    {
        using var page = new MemoryStream();
        await Metrics.Write(page, CancellationToken.None);
        return System.Text.Encoding.UTF8.GetString(page.ToArray());
    }

    public void Dispose()
    {
        _judge.Dispose();
        _images.Dispose();
        _folder.Delete(recursive: true);
    }
}
