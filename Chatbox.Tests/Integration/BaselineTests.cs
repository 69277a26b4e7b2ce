using System.Diagnostics;
using Chatbox.Benchmarks.Baselines;
using Chatbox.Benchmarks.Client;
using Chatbox.Benchmarks.Loopback;
using Chatbox.Benchmarks.Processes;
using Chatbox.Benchmarks.Runs;
using Chatbox.Benchmarks.ScriptedModel;
using Microsoft.AspNetCore.Builder;

namespace Chatbox.Tests.Integration;

/// <summary>The baselines relay as faithfully as Chatbox does, so that the harness compares like with like.</summary>
public sealed class BaselineTests : IAsyncLifetime
{
    private const int Tokens = 50;

    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(1));
    private readonly HttpMessageInvoker _invoker = Sockets.CreateInvoker();
    private readonly List<WebApplication> _servers = [];

    [Fact]
    public async Task Raw_relay_delivers_answer_after_answer_to_the_letter()
    {
        var relay = await Run(cancellationToken => RelayServer.Start(Model, pace: null, cancellationToken));
        using var chat = new WebSocketChat();
        await chat.Connect(relay.Socket(RelayServer.Path), _invoker, bearer: null, _deadline.Token);

        await AssertAnswers(chat);
    }

    [Fact]
    public async Task SignalR_hub_delivers_answer_after_answer_to_the_letter()
    {
        var hub = await Run(cancellationToken => SignalRServer.Start(Model, cancellationToken));
        using var chat = new SignalRChat();
        await chat.Connect(hub.Socket(SignalRServer.Path), _invoker, bearer: null, _deadline.Token);

        await AssertAnswers(chat);
    }

    [Fact]
    public async Task Answer_shorter_than_asked_for_fails_the_client()
    {
        var relay = await Run(cancellationToken => RelayServer.Start(Model, pace: null, cancellationToken));
        using var chat = new WebSocketChat();
        await chat.Connect(relay.Socket(RelayServer.Path), _invoker, bearer: null, _deadline.Token);

        await Assert.ThrowsAsync<WrongAnswerException>(() => chat.Ask("Too short?", Tokens + 1));
    }

    [Fact]
    public async Task People_of_a_burst_ask_a_first_and_a_later_question()
    {
        var relay = await Run(cancellationToken => RelayServer.Start(Model, pace: null, cancellationToken));
        var options = new BurstClientOptions
        {
            Server = relay.Socket(RelayServer.Path),
            Protocol = ClientProtocol.WebSocket,
            Bursts = [1, 5],
            Tokens = Tokens,
            Pause = TimeSpan.FromMilliseconds(1),
        };

        var result = await new BurstClient(options, TimeProvider.System).Run(_deadline.Token);

        Assert.Equal([1, 5], result.Bursts.Select(burst => burst.People));
        Assert.All(result.Bursts, burst => Assert.True(burst is { First: > 0, Later: > 0 }));
    }

    [LinuxFact]
    public async Task Idle_sockets_are_counted_against_the_server_they_are_open_on()
    {
        var relay = await Run(cancellationToken => RelayServer.Start(Model, pace: null, cancellationToken));
        var options = new IdleClientOptions
        {
            Servers = [relay.Socket(RelayServer.Path)],
            Protocol = ClientProtocol.WebSocket,
            Sockets = 20,
            WarmUpSockets = 2,
            Settle = TimeSpan.FromMilliseconds(1),
            ServerPids = [Environment.ProcessId],
        };

        var result = await new IdleClient(options, TimeProvider.System).Run(_deadline.Token);

        Assert.Equal(20, result.Sockets);
        Assert.True(result.BytesBefore > 0 && result.BytesAfter > 0);
    }

    [LinuxFact]
    public async Task Small_comparison_runs_in_its_own_processes_and_leaves_none_behind()
    {
        var settings = new LoadSettings
        {
            Streams = 3,
            Interval = TimeSpan.FromMilliseconds(2),
            Tokens = Tokens,
            Rounds = 1,
            WarmUp = TimeSpan.FromMilliseconds(100),
            Window = TimeSpan.FromSeconds(3),
            Targets = [Target.Relay, Target.PacedRelay, Target.SignalR],
            Node = "",
        };

        var measurements = await LoadRun.Run(settings, TextWriter.Null, _deadline.Token);

        Assert.Equal([Target.Relay, Target.PacedRelay, Target.SignalR], measurements.Select(m => m.Target));
        Assert.All(measurements, m => Assert.True(m.Result.CheckedAnswers >= settings.Streams && m.Result.Tokens > 0));
        Assert.DoesNotContain(CommandLinesOfChildren(), line => line.Contains("Chatbox.Benchmarks", StringComparison.Ordinal));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _deadline.CancelAsync();
        _invoker.Dispose();
        _servers.Reverse();
        foreach (var server in _servers)
            await server.DisposeAsync();
        _deadline.Dispose();
    }

    private Uri Model => _servers[0].Address();

    private async Task<Uri> Run(Func<CancellationToken, Task<WebApplication>> start)
    {
        _servers.Add(await ModelServer.Start(TimeSpan.FromMilliseconds(1), Tokens, _deadline.Token));
        _servers.Add(await start(_deadline.Token));
        return _servers[1].Address();
    }

    private static async Task AssertAnswers(ChatSocket chat)
    {
        // The socket throws for any wrong character; these assertions cover the rest.
        for (var asked = 1; asked <= 3; asked++)
        {
            var before = Stopwatch.GetTimestamp();
            var times = await chat.Ask($"Question {asked}: \"and then\"?\n…", Tokens);

            Assert.Equal(asked * Tokens, chat.Tokens);
            Assert.InRange(times.Asked, before, times.Sent);
            Assert.InRange(times.Received, times.Sent, Stopwatch.GetTimestamp());
        }
    }

    private static IEnumerable<string> CommandLinesOfChildren() =>
        from thread in Directory.GetDirectories("/proc/self/task")
        from child in ReadIfThere($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
        select ReadIfThere($"/proc/{child}/cmdline");

    /// <summary>Threads and processes may end between their listing and the reading. Nothing of them is left then.</summary>
    private static string ReadIfThere(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private sealed class LinuxFactAttribute : FactAttribute
    {
        public LinuxFactAttribute()
        {
            if (!OperatingSystem.IsLinux())
                Skip = "The harness reads CPU and memory from /proc, which only Linux has.";
        }
    }
}
