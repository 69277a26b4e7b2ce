namespace Chatbox.Tests.Contract.Startup;

/// <summary>What a node that nobody uses has in memory.</summary>
public sealed class SmallNodeTests
{
    /// <summary>Assemblies of stores, providers and kinds of files that this node does not use, and what watches files.</summary>
    private static readonly string[] Unused =
    [
        "AWSSDK.Core.dll",
        "AWSSDK.S3.dll",
        "Anthropic.dll",
        "BouncyCastle.Cryptography.dll",
        "DocumentFormat.OpenXml.dll",
        "MailKit.dll",
        "MimeKit.dll",
        "MongoDB.Driver.dll",
        "NetVips.dll",
        "Npgsql.dll",
        "SharpCompress.dll",
        "UglyToad.PdfPig.dll",
    ];

    [Fact]
    public async Task Node_loads_nothing_that_its_settings_do_not_use()
    {
        if (!OperatingSystem.IsLinux())
            return; // the test reads the kernel's table of mappings
        await using var node = await NodeProcess.Start();

        var maps = await File.ReadAllTextAsync($"/proc/{node.Id}/maps");

        Assert.Contains("Chatbox.Node.dll", maps);
        Assert.DoesNotContain(Unused, assembly => maps.Contains($"/{assembly}", StringComparison.Ordinal));
    }

    /// <summary>The host watches its working directory for settings that this node does not have, unless it is told not to.</summary>
    [Fact]
    public async Task Node_does_not_watch_the_files_around_it()
    {
        if (!OperatingSystem.IsLinux())
            return; // the test reads the kernel's table of mappings
        await using var node = await NodeProcess.Start();

        var maps = await File.ReadAllTextAsync($"/proc/{node.Id}/maps");

        Assert.DoesNotContain("/System.IO.FileSystem.Watcher.dll", maps);
    }
}
