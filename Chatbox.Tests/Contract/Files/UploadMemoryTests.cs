using System.Globalization;
using Chatbox.Benchmarks.Client;
using Chatbox.Tests.Cluster;

namespace Chatbox.Tests.Contract.Files;

/// <summary>Many large uploads at once: every byte arrives, and the node never has the files in memory.</summary>
public sealed class UploadMemoryTests
{
    private const int Mebibyte = 1 << 20;

    /// <summary>Far less than all files together, and more than a garbage collector lets lie about.</summary>
    private const long MostGrowth = 96L * Mebibyte;

    [FactOnLinux]
    public async Task Files_at_once_arrive_whole_and_the_memory_of_the_node_stays_flat()
    {
        var (files, size) = (Chaos.Size(24, 50), Chaos.Size(10, 20) * Mebibyte);
        await using var node = await NodeProcess.Start(new Dictionary<string, string> { ["UPLOAD_NODE_CONCURRENCY"] = "100" });
        // What a node needs for its first uploads, such as compiled code, is not what the test is about.
        using (var first = new UploadCrowd(node.Address, TestNode.Secret, 4, Mebibyte, 0, TimeProvider.System))
            await first.Run(default);
        var before = PeakOf(node.Id);
        using var crowd = new UploadCrowd(node.Address, TestNode.Secret, files, size, 0, TimeProvider.System);

        await crowd.Run(default);

        var growth = PeakOf(node.Id) - before;
        Assert.True(growth < MostGrowth, $"The node's memory grew by {growth / Mebibyte} MiB for {files} files of {size / Mebibyte} MiB.");
        await crowd.Check(default);
    }

    /// <summary>The most memory that a process ever had, in bytes (VmHWM in proc_pid_status(5)).</summary>
    private static long PeakOf(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
