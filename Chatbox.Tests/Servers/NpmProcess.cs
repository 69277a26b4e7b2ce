using System.Diagnostics;
using System.Text;

namespace Chatbox.Tests.Servers;

/// <summary>A Node.js process in <c>Servers/npm</c>; disposing of it kills the process and its children.</summary>
internal sealed class NpmProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    public NpmProcess(params string[] arguments)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = Path.GetDirectoryName(Requirements.NodeModules),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        _process = Process.Start(start) ?? throw new InvalidOperationException("Node did not start.");
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginErrorReadLine();
    }

    /// <summary>Reads up to the first line of output that contains <paramref name="text"/>; throws if the process ends before.</summary>
    public async Task<string> Line(string text, CancellationToken cancellationToken)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }

        throw new InvalidOperationException($"Node ended without saying \"{text}\": {Errors()}");
    }

    /// <summary>Reads all output of a process that must succeed.</summary>
    public async Task<string> Output(CancellationToken cancellationToken)
    {
        var output = await _process.StandardOutput.ReadToEndAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode == 0 ? output : throw new InvalidOperationException($"Node ended with {_process.ExitCode}: {Errors()}");
    }

    /// <summary>Reads and discards further output, because a full pipe would block the process.</summary>
    public Task Drain() => _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_errors)
            _errors.AppendLine(line);
    }

    private string Errors()
    {
        lock (_errors)
            return _errors.ToString();
    }
}
