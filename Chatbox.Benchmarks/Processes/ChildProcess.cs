using System.Diagnostics;

namespace Chatbox.Benchmarks.Processes;

/// <summary>A process of one run: its output is read, its end is seen, and it is gone when this is disposed.</summary>
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

    /// <summary>Starts a .NET program with this process's runtime. <paramref name="environment"/> goes on top of our own.</summary>
    public static ChildProcess Start(
        string name,
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment
    )
    {
        var start = new ProcessStartInfo(DotnetHost())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(program);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        return new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"{name} did not start."), name);
    }

    /// <summary>The rest of the first line that starts with <paramref name="label"/>; throws when the process ends without it.</summary>
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

    /// <summary>From now on whatever the process writes is dropped, but for a tail that explains an early end.</summary>
    public void Ignore() => _ = Drain(_process.StandardOutput);

    /// <summary>Throws, with the last lines it wrote, if the process has ended.</summary>
    public async Task ThrowIfEnded()
    {
        if (_process.HasExited)
            throw await Failure();
    }

    /// <summary>The last lines it wrote.</summary>
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
            // Started by its own launcher: the runtime lies three folders above its libraries.
            : Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
}

/// <summary>A child process ended when it should not have; the message carries what it wrote last.</summary>
internal sealed class ChildFailedException(string message) : Exception(message);
