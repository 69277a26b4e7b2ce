namespace Chatbox.Tests.Contract.Startup;

/// <summary>The command line of the program, as its own process.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("tokn", "--user", "alice")]
    [InlineData("--prot", "8081")]
    [InlineData("token", "--user")]
    public async Task Misspelt_command_starts_no_node(params string[] arguments)
    {
        var run = await StartupProcess.Run(_folder, TestNode.Settings(_folder, Ports.Free()), arguments);

        Assert.Equal((64, ""), (run.ExitCode, run.Output));
        Assert.DoesNotContain("   at ", run.Errors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task Help_and_version_need_no_settings()
    {
        var help = await StartupProcess.Run(_folder, new Dictionary<string, string>(), "--help");
        Assert.Equal((0, ""), (help.ExitCode, help.Errors));
        Assert.Contains("Chatbox.Node [command]", help.Output);

        var version = await StartupProcess.Run(_folder, new Dictionary<string, string>(), "--version");
        Assert.Equal((0, ""), (version.ExitCode, version.Errors));
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\n$", version.Output);
    }
}
