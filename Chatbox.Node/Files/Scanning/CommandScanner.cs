using System.ComponentModel;
using System.Diagnostics;

namespace Chatbox.Node.Files.Scanning;

/// <summary>Starts a program for each file. The file is its standard input; the exit code is the result, as with <c>clamdscan -</c>.</summary>
/// <param name="command">The program and its arguments. No shell reads them.</param>
internal sealed class CommandScanner(IReadOnlyList<string> command) : IFileScanner
{
    private const int Clean = 0;
    private const int Infected = 1;
    private const int LongestLine = 1024;

    private static readonly string[] Inherited = ["PATH", "HOME", "LANG", "TMPDIR", "SystemRoot", "TEMP"];

    public async Task<ScanResult> Scan(Stream content, CancellationToken cancellationToken)
    {
        using var process = Start();
        try
        {
            var output = FirstLine(process.StandardOutput, cancellationToken);
            var errors = FirstLine(process.StandardError, cancellationToken);
            await Send(content, process, cancellationToken);
            await Task.WhenAll(output, errors, process.WaitForExitAsync(cancellationToken));
            return process.ExitCode switch
            {
                Clean => new ScanResult(null),
                Infected => new ScanResult(await output is { Length: > 0 } line ? line : "unnamed"),
                var code => throw new ScannerUnavailableException($"{command[0]} ended with {code}: {await errors}"),
            };
        }
        finally
        {
            // After a deadline the program and what it started would go on without anybody.
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The node's environment holds its secrets.
        foreach (var name in start.Environment.Keys.Except(Inherited).ToList())
            start.Environment.Remove(name);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new ScannerUnavailableException($"{command[0]} cannot be started: {e.Message}", e);
        }
    }

    private static async Task Send(Stream content, Process process, CancellationToken cancellationToken)
    {
        content.Position = 0;
        try
        {
            await content.CopyToAsync(process.StandardInput.BaseStream, cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A program may decide before it has read everything.
        }
    }

    private static async Task<string> FirstLine(StreamReader output, CancellationToken cancellationToken)
    {
        var start = new char[LongestLine];
        var length = await output.ReadBlockAsync(start, cancellationToken);
        // A program that cannot write any more would never end.
        await output.BaseStream.CopyToAsync(Stream.Null, cancellationToken);
        return new string(start, 0, length).Split('\n', 2)[0].Trim();
    }
}
