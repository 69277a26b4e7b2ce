using System.Diagnostics;

namespace Chatbox.Benchmarks.Processes;

/// <summary>A child process whose output is read and whose end is noticed. Disposing of it kills the process.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int TailLines = 40;

    private readonly Process _process;
    private readonly string _name;
    private readonly Queue<string> _tail = new();
    private readonly Task _errors;

    private ChildProcess(Process process, string name)
    {
        _process = process;
        _name = name;
        _errors = Drain(process.StandardError);
    }

    public int Pid => _process.Id;

    /// <summary>
    /// Starts a .NET program with the runtime of this process. <paramref name="environment"/> is added to the environment of this process.
    /// </summary>
    /// <param name="core">The only core that the program may use, counted from 0; null for all of them.</param>
    public static ChildProcess Start(
        string name,
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        int? core = null
    )
    {
        // By taskset, because the runtime counts its cores before it runs any code of ours.
        var start = new ProcessStartInfo(core is null ? DotnetHost() : "taskset")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in core is null ? [] : new[] { "--cpu-list", $"{core}", DotnetHost() })
            start.ArgumentList.Add(argument);
        start.ArgumentList.Add(program);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        return new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"{name} did not start."), name);
    }

    /// <summary>The rest of the first line that starts with <paramref name="label"/>. Throws if the process ends before.</summary>
    public async Task<string> Read(string label, CancellationToken cancellationToken)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(label, StringComparison.Ordinal))
                return line[label.Length..];
            Remember(line);
        }

        await _process.WaitForExitAsync(cancellationToken);
        throw await Failure();
    }

    /// <summary>Tells the process to go on, by a line on its standard input.</summary>
    public async Task GoOn()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Discards further output except for the last lines, which explain an unexpected end.</summary>
    public void Ignore() => _ = Drain(_process.StandardOutput);

    /// <summary>Throws, with the last lines of output, if the process has ended.</summary>
    public async Task ThrowIfEnded()
    {
        if (_process.HasExited)
            throw await Failure();
    }

    /// <summary>The last lines of output.</summary>
    public string Tail()
    {
        lock (_tail)
            return string.Join('\n', _tail);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<ChildFailedException> Failure()
    {
        await _errors;
        return new ChildFailedException($"{_name} ended with code {_process.ExitCode}.\n{Tail()}");
    }

    private async Task Drain(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
            Remember(line);
    }

    private void Remember(string line)
    {
        lock (_tail)
        {
            _tail.Enqueue(line);
            if (_tail.Count > TailLines)
                _tail.Dequeue();
        }
    }

    private static string DotnetHost() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? Environment.ProcessPath!
            // The program was started by its own launcher: the runtime is three folders above its libraries.
            : Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
}

/// <summary>A child process ended unexpectedly; the message contains its last lines of output.</summary>
internal sealed class ChildFailedException(string message) : Exception(message);
