using System.Diagnostics;
using System.Globalization;
using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Errors;

namespace Chatbox.Tests.Deployments;

/// <summary>The unit of <c>deployments/systemd</c> is valid for systemd, fits the node's settings, and removes rights.</summary>
public sealed class SystemdTests
{
    private const string Unit = "deployments/systemd/chatbox.service";
    private const string Analyzer = "systemd-analyze";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [FactRequiresProgram(Analyzer)]
    public async Task Systemd_finds_no_mistake() => Assert.Equal((0, ""), await Analyze(Text, "verify", "--man=no"));

    // systemd's scale of exposure: 0 is fully restricted, 10 is root without any limit.
    [FactRequiresProgram(Analyzer)]
    public async Task Exposure_of_the_machine_is_at_most_two() =>
        Assert.Equal((0, ""), await Analyze(Text, "security", "--offline=true", "--threshold=20", "--no-pager"));

    [FactRequiresProgram(Analyzer)]
    public async Task Mistake_in_a_unit_is_said()
    {
        var (_, said) = await Analyze(Text.Replace("Restart=always", "Restart=perhaps", StringComparison.Ordinal), "verify", "--man=no");
        Assert.Contains("perhaps", said);
    }

    [Fact]
    public void Node_is_restarted_unless_its_configuration_is_wrong()
    {
        Assert.Equal("always", Value("Restart"));
        Assert.Equal($"{ConfigurationException.ExitCode}", Value("RestartPreventExitStatus"));
        Assert.Equal("0", Value("StartLimitIntervalSec"));
    }

    [Fact]
    public void Node_has_time_to_leave() => Assert.True(Seconds(Value("TimeoutStopSec")) > ServerSettings.ShutdownTimeout.Default);

    [Fact]
    public void Files_suffice_for_all_sockets_and_memory_is_limited()
    {
        Assert.True(int.Parse(Value("LimitNOFILE"), CultureInfo.InvariantCulture) > 2 * SocketSettings.MaxConnections.Default);
        Assert.Equal(("1G", "0"), (Value("MemoryMax"), Value("MemorySwapMax")));
    }

    [Fact]
    public void Node_writes_only_to_the_folder_that_systemd_makes_for_it()
    {
        var environment = Values("Environment").Select(value => value.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);

        Assert.Equal($"/var/lib/{Value("StateDirectory")}", environment[StoreSettings.DataDirectory.Key]);
        Assert.Equal("0", environment["DOTNET_DbgEnableMiniDump"]);
        Assert.Equal(("strict", "0"), (Value("ProtectSystem"), Value("LimitCORE")));
        // The file must exist: without secrets a node does not start.
        Assert.Equal("/etc/chatbox/chatbox.env", Value("EnvironmentFile"));
    }

    private static string Value(string key) => Assert.Single(Values(key));

    private static List<string> Values(string key) =>
        [
            .. Repository
                .Read(Unit)
                .Split('\n')
                .Where(line => line.StartsWith($"{key}=", StringComparison.Ordinal))
                .Select(line => line[(key.Length + 1)..].TrimEnd()),
        ];

    private static TimeSpan Seconds(string value) => TimeSpan.FromSeconds(int.Parse(value.TrimEnd('s'), CultureInfo.InvariantCulture));

    // The runtime may be in another place than the unit expects.
    private static string Text =>
        Repository.Read(Unit).Replace("ExecStart=/usr/bin/dotnet", $"ExecStart={Environment.ProcessPath}", StringComparison.Ordinal);

    /// <summary>The exit code and the complaints of systemd's own analyzer.</summary>
    private static async Task<(int ExitCode, string Said)> Analyze(string text, string verb, params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("chatbox-systemd-");
        try
        {
            var unit = Path.Combine(folder.FullName, Path.GetFileName(Unit));
            await File.WriteAllTextAsync(unit, text);
            using var analyzer = Process.Start(
                new ProcessStartInfo(Analyzer, [verb, .. options, unit]) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            using var deadline = new CancellationTokenSource(Deadline);
            var output = analyzer.StandardOutput.ReadToEndAsync(deadline.Token);
            var said = await analyzer.StandardError.ReadToEndAsync(deadline.Token);
            await output;
            await analyzer.WaitForExitAsync(deadline.Token);
            return (analyzer.ExitCode, said);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
