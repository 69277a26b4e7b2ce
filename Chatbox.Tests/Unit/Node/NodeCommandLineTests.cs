using Chatbox.Node;

namespace Chatbox.Tests.Unit.Node;

/// <summary>The command line of the node's program: help is help, and every mistake is named before anything happens.</summary>
public sealed class NodeCommandLineTests
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    [Theory]
    [InlineData("'tokn'", "tokn", "--user", "alice")]
    [InlineData("\ntoken", "tokn")]
    [InlineData("'--port'", "--port")]
    [InlineData("'8080'", "8080")]
    [InlineData("--user", "token")]
    [InlineData("'--user'", "token", "--user")]
    [InlineData("'--ttl'", "token", "--user", "alice", "--ttl")]
    [InlineData("--ttl x", "token", "--user", "alice", "--ttl", "x")]
    [InlineData("\n--user", "token", "--usr", "alice")]
    [InlineData("'--dry-run'", "rekey", "--dry-run")]
    [InlineData("'--file'", "import", "--file")]
    [InlineData("'--from'", "import", "--from")]
    [InlineData("--file cannot be combined with --from", "import", "--file", "x", "--from", "mongodb://db")]
    [InlineData("\n--dry-run", "import", "--dryrun")]
    public async Task Mistake_is_named_on_standard_error(string named, params string[] arguments)
    {
        Assert.Equal(64, await Run(arguments));
        Assert.Contains(named, _error.ToString().ReplaceLineEndings("\n"));
        Assert.DoesNotContain("   at ", _error.ToString());
        Assert.Empty(_output.ToString());
    }

    [Theory]
    [InlineData("token", "--help")]
    [InlineData("import", "-h")]
    [InlineData("rekey", "help")]
    [InlineData("configuration.md", "help")]
    [InlineData("--ttl", "token", "--help")]
    [InlineData("--ttl", "help", "token")]
    [InlineData("--dry-run", "import", "--help")]
    [InlineData("Stop all nodes first", "rekey", "--help")]
    public async Task Help_is_printed_on_standard_output(string contains, params string[] arguments)
    {
        Assert.Equal(0, await Run(arguments));
        Assert.Contains(contains, _output.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Empty(_error.ToString());
    }

    private Task<int> Run(params string[] arguments) => NodeCommandLine.Run(arguments, _output, _error);
}
