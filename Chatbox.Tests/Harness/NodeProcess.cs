using System.Diagnostics;
using System.Text;

namespace Chatbox.Tests.Harness;

/// <summary>
/// A node in its own process, which a test can kill and restart. The data folder and the port stay the same over restarts.
/// </summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(60);

    /// <summary>The node that was built with the tests; under <c>./build.sh chaos</c> the published one, which has native code.</summary>
    private static readonly string Program =
        Environment.GetEnvironmentVariable("CHATBOX_CHAOS_NODE") ?? typeof(Chatbox.Node.NodeHost).Assembly.Location;

    private readonly Dictionary<string, string> _settings;
    private readonly IReadOnlyList<string> _launcher;
    private readonly bool _ownsData;
    private readonly StringBuilder _output = new();
    private Process? _process;

    private NodeProcess(Dictionary<string, string> settings, IReadOnlyList<string> launcher, bool ownsData)
    {
        (_settings, _launcher, _ownsData) = (settings, launcher, ownsData);
        Address = new Uri($"http://{settings["SERVER_HOST"]}:{settings["SERVER_PORT"]}");
        Http = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    /// <summary>The address of the operators' port.</summary>
    public Uri OperatorAddress => new($"http://127.0.0.1:{_settings["OPERATOR_PORT"]}");

    public string DataDirectory => _settings["DATA_DIR"];

    /// <summary>The process id of the running node.</summary>
    public int Id => _process!.Id;

    /// <summary>Whether the process has ended, for whatever reason.</summary>
    public bool HasExited => _process!.HasExited;

    /// <summary>The console output of the node so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <inheritdoc cref="TestNode.Start" />
    /// <param name="launcher">
    /// A program, with its arguments, that executes the node in the same process, such as <c>ip netns exec</c>.
    /// </param>
    public static async Task<NodeProcess> Start(
        IReadOnlyDictionary<string, string>? settings = null,
        IReadOnlyList<string>? launcher = null,
        string? dataDirectory = null
    )
    {
        var node = Create(settings, launcher, dataDirectory);
        await node.Start();
        return node;
    }

    /// <summary>Starts a node and waits only until <c>healthz</c> answers.</summary>
    public static async Task<NodeProcess> StartWaiting(IReadOnlyDictionary<string, string> settings)
    {
        var node = Create(settings, null, null);
        await node.StartUnready();
        return node;
    }

    private static NodeProcess Create(IReadOnlyDictionary<string, string>? settings, IReadOnlyList<string>? launcher, string? dataDirectory)
    {
        var all = TestNode.Settings(dataDirectory ?? Directory.CreateTempSubdirectory("chatbox-test-").FullName, Ports.Free());
        all["OPERATOR_PORT"] = $"{Ports.Free()}";
        foreach (var (key, value) in settings ?? new Dictionary<string, string>())
            all[key] = value;
        return new NodeProcess(all, launcher ?? [], dataDirectory is null);
    }

    /// <summary>Starts or restarts the node and waits until <c>readyz</c> answers 200.</summary>
    public Task Start() => Start(Ready.Wait);

    /// <summary>Waits until <c>readyz</c> answers 200, after <see cref="StartUnready"/>.</summary>
    public Task UntilReady() => Until(Ready.Wait);

    /// <summary>Starts or restarts the node and waits only until <c>healthz</c> answers.</summary>
    public Task StartUnready() => Start(Ready.WaitUntilAlive);

    /// <summary>Sends SIGKILL and waits for the end of the process.</summary>
    public async Task Kill()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends SIGTERM and returns the exit code.</summary>
    public async Task<int> Terminate()
    {
        await SendTerm();
        return await Exited();
    }

    /// <summary>Sends SIGTERM.</summary>
    public Task SendTerm() => Send("TERM");

    /// <summary>Stops the process without ending it, as a busy or suspended machine does.</summary>
    public Task Suspend() => Send("STOP");

    /// <summary>Lets a suspended process go on.</summary>
    public Task Resume() => Send("CONT");

    /// <summary>Waits until the process ends by itself and returns the exit code.</summary>
    public async Task<int> Exited()
    {
        using var deadline = new CancellationTokenSource(StopDeadline);
        try
        {
            await _process!.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"The node did not end within {StopDeadline}. It wrote:\n{Output}", e);
        }

        return _process.ExitCode;
    }

    public Task<TestClient> Connect(string user, string query = "") => TestClient.Connect(Address, TestNode.Token(user), query);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_process is { HasExited: false })
            await Kill();
        _process?.Dispose();
        if (_ownsData)
            Directory.Delete(DataDirectory, recursive: true);
    }

    private async Task Send(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process!.Id}"]);
        await kill.WaitForExitAsync();
    }

    private async Task Start(Func<HttpClient, Task> wait)
    {
        string[] command = [.. _launcher, "dotnet", Program];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = DataDirectory,
        };
        foreach (var (key, value) in _settings)
            start.Environment[key] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Until(wait);
    }

    private async Task Until(Func<HttpClient, Task> wait)
    {
        try
        {
            var waiting = wait(Http);
            if (await Task.WhenAny(waiting, _process!.WaitForExitAsync()) != waiting)
                throw new TimeoutException("The node has ended.");
            await waiting;
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} It wrote:\n{Output}", e);
        }
    }

    private void Note(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }
}
