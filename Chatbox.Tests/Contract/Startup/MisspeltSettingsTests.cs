namespace Chatbox.Tests.Contract.Startup;

/// <summary>Misspelt variables in the environment of a real process, and the variables that Kubernetes sets in every pod.</summary>
public sealed class MisspeltSettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Eleven_misspelt_variables_are_named_at_once()
    {
        var meant = new Dictionary<string, string>
        {
            ["CHATBOX__PATH_PREFIX"] = "CHATBOX_PATH_PREFIX",
            ["CLUSTER_SEED"] = "CLUSTER_SEEDS",
            ["ENCRYPTON_KEYS"] = "ENCRYPTION_KEYS",
            ["JWT_SECRT"] = "JWT_SECRET",
            ["LLM_DEFAULT_MODLE"] = "LLM_DEFAULT_MODEL",
            ["LLM_PROVDER_1_ID"] = "LLM_PROVIDER_1_ID",
            ["LOG_LEVLE"] = "LOG_LEVEL",
            ["POSTGRES_URL"] = "POSTGRES_URI",
            ["SERVR_PORT"] = "SERVER_PORT",
            ["SESSION_TLL"] = "SESSION_TTL",
            ["WS_PONGWAIT"] = "WS_PONG_WAIT",
        };
        var settings = TestNode.Settings(_folder, Ports.Free());
        foreach (var name in meant.Keys)
            settings[name] = "value-of-a-typo";

        var run = await StartupProcess.Run(_folder, settings);

        Assert.Equal((78, ""), (run.ExitCode, run.Output));
        foreach (var (name, nearest) in meant)
            Assert.Contains($"  {name}: is not a known setting; did you mean {nearest}? (environment)\n", run.Errors);
        Assert.DoesNotContain("value-of-a-typo", run.Errors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task Variables_of_Kubernetes_stop_no_node()
    {
        await using var node = await NodeProcess.Start(
            new Dictionary<string, string>
            {
                ["CHATBOX_SERVICE_HOST"] = "10.0.0.1",
                ["CHATBOX_SERVICE_PORT_HTTP"] = "80",
                ["CHATBOX_PORT"] = "tcp://10.0.0.1:80",
                ["CHATBOX_PORT_80_TCP_ADDR"] = "10.0.0.1",
                ["POSTGRES_PORT"] = "tcp://10.0.0.2:5432",
            }
        );

        Assert.False(node.HasExited);
    }
}
