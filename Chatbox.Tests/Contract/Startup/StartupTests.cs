using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Chatbox.Tests.Servers;
using Xunit.Abstractions;

namespace Chatbox.Tests.Contract.Startup;

/// <summary>The start of the program: what it requires, how it reports what is missing, and what it never prints.</summary>
public sealed class StartupTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Node_starts_on_an_empty_folder_and_is_ready()
    {
        var clock = Stopwatch.StartNew();
        await using var node = await NodeProcess.Start();
        output.WriteLine($"ready after {clock.ElapsedMilliseconds} ms");

        using var ready = await node.Http.GetAsync("/chatbox/readyz");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal("ready", JsonElement.Parse(await ready.Content.ReadAsStringAsync()).Text("status"));
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_the_configuration_is_named_at_once()
    {
        var settings = Settings();
        settings["JWT_SECRET"] = "short-secret-x7Qz";
        settings["SERVER_PORT"] = "many";
        settings["SESSION_TTL"] = "15 minutes";
        settings["CHATBOX_PATH_PREFIX"] = "chat";
        settings["LLM_PROVIDER_3_ID"] = "three";
        settings["LLM_PROVIDER_3_TYPE"] = "telepathy";
        settings["LLM_PROVIDER_3_API_KEY"] = "YOUR-key-here";
        var run = await StartupProcess.Run(_folder, settings);

        Assert.Equal(78, run.ExitCode);
        foreach (
            var key in new[]
            {
                "JWT_SECRET",
                "SERVER_PORT",
                "SESSION_TTL",
                "CHATBOX_PATH_PREFIX",
                "LLM_PROVIDER_3_TYPE",
                "LLM_PROVIDER_3_API_KEY",
            }
        )
            Assert.Contains($"  {key}: ", run.Errors);
        Assert.DoesNotContain("short-secret-x7Qz", run.Errors);
        AssertNoStackTrace(run);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("")]
    public async Task Production_does_not_start_without_a_signing_secret(string environment)
    {
        var settings = Settings();
        settings.Remove("JWT_SECRET");
        settings["ASPNETCORE_ENVIRONMENT"] = environment;
        var run = await StartupProcess.Run(_folder, settings);

        Assert.Equal(78, run.ExitCode);
        Assert.Contains("JWT_SECRET", run.Errors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task Port_in_use_is_said_in_one_line_before_the_store_is_touched()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var settings = Settings();
        settings["SERVER_PORT"] = $"{((IPEndPoint)taken.LocalEndpoint).Port}";
        var run = await StartupProcess.Run(_folder, settings);

        Assert.Equal(1, run.ExitCode);
        Assert.Matches(@"\n  SERVER_PORT: cannot listen on 127\.0\.0\.1:\d+: .+\n$", run.Errors);
        AssertNoStackTrace(run);
        Assert.False(File.Exists(Path.Combine(_folder, "chatbox.db")));
    }

    public static TheoryData<string> Environments() => ["Development", "Production"];

    [Theory]
    [MemberData(nameof(Environments))]
    public async Task Folder_that_cannot_be_made_is_said_in_one_line(string environment)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "");
        var settings = Settings();
        settings["ASPNETCORE_ENVIRONMENT"] = environment;
        settings["DATA_DIR"] = Path.Combine(_folder, "file", "data");
        await AssertFolderRefused(settings);
    }

    // Without a configured secret, a development node stores one in the folder, which can fail too.
    [Fact]
    public async Task Folder_that_takes_no_secret_is_said_in_one_line()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "");
        var settings = Settings();
        settings.Remove("JWT_SECRET");
        settings["ASPNETCORE_ENVIRONMENT"] = "Development";
        settings["DATA_DIR"] = Path.Combine(_folder, "file", "data");
        var run = await StartupProcess.Run(_folder, settings);

        Assert.Equal(78, run.ExitCode);
        Assert.Matches(@"\n  JWT_SECRET: .+ DATA_DIR: .+\n$", run.Errors);
        AssertNoStackTrace(run);
    }

    [Fact]
    public async Task Folder_that_cannot_be_written_is_said_in_one_line()
    {
        // A directory in place of the file fails for every user, root included; permissions would not stop root.
        Directory.CreateDirectory(Path.Combine(_folder, "node.lock"));
        await AssertFolderRefused(Settings());
    }

    [Fact]
    public async Task Store_that_is_no_store_is_said_in_one_line_and_left_as_it_is()
    {
        var file = Path.Combine(_folder, "chatbox.db");
        var content = new byte[8192];
        new Random(1).NextBytes(content);
        await File.WriteAllBytesAsync(file, content);
        var run = await AssertFolderRefused(Settings());
        Assert.Contains("chatbox.db", run.Errors);
        Assert.Equal(content, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task Folder_of_a_running_node_is_not_shared_and_is_free_when_that_node_dies()
    {
        await using var node = await NodeProcess.Start();
        var settings = Settings();
        settings["DATA_DIR"] = node.DataDirectory;
        await AssertFolderRefused(settings);

        await node.Kill();
        await node.Start();
    }

    [Fact]
    public async Task Token_command_prints_a_token_that_the_node_accepts_and_nothing_else()
    {
        await using var node = await NodeProcess.Start();
        var settings = Settings();
        settings["DATA_DIR"] = node.DataDirectory;
        var run = await StartupProcess.Run(_folder, settings, "token", "--user", "token user");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Errors);
        Assert.Matches(@"^[\w-]+\.[\w-]+\.[\w-]+\n$", run.Output);
        await using var client = await TestClient.Connect(node.Address, run.Output.Trim());
        Assert.Equal("token user", (await client.Next("connection_status")).Text("user_id"));
    }

    [Fact]
    public async Task Token_command_names_what_is_wrong_on_standard_error_alone()
    {
        var settings = Settings();
        settings["JWT_SECRET"] = "short";
        var run = await StartupProcess.Run(_folder, settings, "token", "--user", "alice");
        Assert.Equal((78, ""), (run.ExitCode, run.Output));
        Assert.Contains("JWT_SECRET", run.Errors);

        var nobody = await StartupProcess.Run(_folder, Settings(), "token");
        Assert.NotEqual(0, nobody.ExitCode);
        Assert.Contains("--user", nobody.Errors);
    }

    [Fact]
    public async Task Development_prints_an_address_whose_token_works_and_keeps_its_secret()
    {
        var settings = new Dictionary<string, string> { ["JWT_SECRET"] = "" };
        await using var node = await NodeProcess.Start(settings);
        var first = await PrintedToken(node);
        await using (var client = await TestClient.Connect(node.Address, first))
            Assert.Equal("alice", (await client.Next("connection_status")).Text("user_id"));

        // A tab that was open during a restart keeps its token.
        await node.Kill();
        await node.Start();
        await using var again = await TestClient.Connect(node.Address, first);
        await again.Next("connection_status");
    }

    [Fact]
    public async Task Log_is_json_outside_development_and_holds_no_token_key_or_content()
    {
        await using var models = await ScriptedModelServer.Start();
        models.Enqueue(
            ModelScript.Answer("planted-in-the-answer ", "and more"),
            ModelScript.Begin().Pieces("planted-in-a-half-answer").Raw("data: {planted-in-broken-json\n\n"),
            ModelScript.Refuse(401)
        );
        await using var node = await NodeProcess.Start(
            new Dictionary<string, string>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["LOG_LEVEL"] = "debug",
                ["LLM_PROVIDER_1_ID"] = "one",
                ["LLM_PROVIDER_1_TYPE"] = "openai",
                ["LLM_PROVIDER_1_ENDPOINT"] = models.Endpoint.ToString(),
                ["LLM_PROVIDER_1_API_KEY"] = "planted-provider-key",
                ["LLM_PROVIDER_1_MODEL"] = "upstream",
                ["LLM_SYSTEM_PROMPT"] = "planted-system-prompt",
            }
        );
        var token = TestNode.Token("alice");
        using (var socket = new System.Net.WebSockets.ClientWebSocket())
        {
            // The token is in the address, where it is most likely to be logged.
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await socket.ConnectAsync(new Uri($"ws://{node.Address.Authority}/chatbox/ws?token={token}"), deadline.Token);
            socket.Abort();
        }

        await using (var client = await TestClient.Connect(node.Address, token))
        {
            foreach (var n in new[] { "first", "second", "third" })
            {
                await client.Say($"planted-in-the-{n}-question", $"planted-id-{n}");
                await client.NextDone();
            }

            await client.SendText("""{"type":"planted-type","content":"planted-in-a-refused-frame"}""");
            await client.SendText("{planted-in-no-frame");
            await client.Next("error");
            await client.Send(new { type = "token_refresh", content = "planted-refresh-token" });
            await client.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        }

        using (var refused = await node.Http.GetAsync("/chatbox/ws?token=planted-bad-token"))
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        await node.Terminate();

        var written = node.Output;
        var lines = written.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.True(lines.Length > 20, written);
        Assert.All(lines, line => Assert.Equal(JsonValueKind.Object, JsonElement.Parse(line).ValueKind));
        Assert.DoesNotContain(lines, line => line.Contains("planted", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(TestNode.Secret, written);
        Assert.DoesNotContain(token.Split('.')[2], written);
        Assert.DoesNotContain(ScriptedModelServer.Secret, written);
        Assert.DoesNotMatch(@"eyJ[\w-]+\.", written);
    }

    private async Task<StartupProcess.Result> AssertFolderRefused(Dictionary<string, string> settings)
    {
        var run = await StartupProcess.Run(_folder, settings);
        Assert.Equal(1, run.ExitCode);
        Assert.Matches(@"\n  DATA_DIR: .+\n$", run.Errors);
        AssertNoStackTrace(run);
        return run;
    }

    private static void AssertNoStackTrace(StartupProcess.Result run) =>
        Assert.DoesNotMatch(@"Unhandled exception|Exception:|\n\s+at |\\n\s+at ", run.Output + run.Errors);

    private Dictionary<string, string> Settings()
    {
        var settings = TestNode.Settings(_folder, Ports.Free());
        settings["ASPNETCORE_ENVIRONMENT"] = "Production";
        return settings;
    }

    /// <summary>Reads the token from the console output; the line may come after the node is ready.</summary>
    private static async Task<string> PrintedToken(NodeProcess node)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var printed = Regex.Match(
                node.Output,
                $@"{Regex.Escape(node.Address.GetLeftPart(UriPartial.Authority))}/chatbox/\?token=([\w.-]+)"
            );
            if (printed.Success)
                return printed.Groups[1].Value;
            await pause.WaitForNextTickAsync(deadline.Token);
        }
    }
}
