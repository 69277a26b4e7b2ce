using System.Diagnostics;
using Chatbox.Node.Files.Scanning;

namespace Chatbox.Tests.Harness.Files;

/// <summary>ClamAV's own daemon, with one signature: that of the test file that every scanner knows. Needs no network.</summary>
internal sealed class ClamAvServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chatbox-clamd-");
    private readonly Process _process;

    private ClamAvServer(int port)
    {
        Tcp = new ClamAvAddress("127.0.0.1", port, null);
        var signatures = _folder.CreateSubdirectory("signatures");
        File.WriteAllText(Path.Combine(signatures.FullName, "test.ndb"), $"Test.File:0:0:{Convert.ToHexStringLower(SampleFiles.Eicar)}\n");
        var settings = Path.Combine(_folder.FullName, "clamd.conf");
        File.WriteAllText(
            settings,
            $"""
            Foreground yes
            DatabaseDirectory {signatures.FullName}
            TemporaryDirectory {_folder.FullName}
            LocalSocket {Unix.Path}
            TCPAddr 127.0.0.1
            TCPSocket {port}
            StreamMaxLength 1M

            """
        );
        _process = Process.Start(
            new ProcessStartInfo(Requirements.OnPath("clamd")!, ["-c", settings])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
    }

    public ClamAvAddress Tcp { get; }

    public ClamAvAddress Unix => new(null, 0, Path.Combine(_folder.FullName, "socket"));

    public static async Task<ClamAvServer> Start()
    {
        var server = new ClamAvServer(Ports.Free());
        while (await server._process.StandardOutput.ReadLineAsync() is { } line)
            if (line.StartsWith("Self checking", StringComparison.Ordinal))
            {
                // The daemon stops when nobody reads what it prints.
                _ = server._process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return server;
            }
        throw new InvalidOperationException($"clamd ended: {await server._process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>Stops the daemon. Can be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_folder.Exists)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
        _folder.Refresh();
    }
}
