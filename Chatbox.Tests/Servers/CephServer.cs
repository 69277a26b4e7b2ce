using System.Diagnostics;
using System.Net;

namespace Chatbox.Tests.Servers;

/// <summary>
/// A Ceph cluster of one, in memory, with its S3 gateway on a free loopback port. Unlike the small fakes of S3, it verifies signatures,
/// expiry and checksums.
/// </summary>
internal sealed class CephServer : IAsyncDisposable
{
    public const string AccessKey = "CHATBOXTESTKEY";
    public const string SecretKey = "chatbox-test-secret-of-the-gateway";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-ceph-").FullName;
    private readonly int _monitorPort = Ports.Free();
    private readonly List<Process> _daemons = [];
    private Process? _gateway;

    private CephServer() => Address = new Uri($"http://127.0.0.1:{Ports.Free()}");

    /// <summary>The address of the gateway, which serves buckets in the path.</summary>
    public Uri Address { get; }

    public static async Task<CephServer> Start()
    {
        var server = new CephServer();
        try
        {
            await server.StartCluster();
            await server.StartGateway();
            await server.Run(
                "radosgw-admin",
                ["user", "create", "--uid=chatbox", "--display-name=chatbox", $"--access-key={AccessKey}", $"--secret={SecretKey}"]
            );
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the gateway, or starts it again, and waits until it answers.</summary>
    public async Task StartGateway()
    {
        _gateway = Daemon("radosgw", "-n", "client.rgw.a");
        using var http = new HttpClient();
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new GrowingPause();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(Address, deadline.Token);
                return;
            }
            catch (HttpRequestException) when (!_gateway.HasExited)
            {
                await pause.Next();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"The gateway does not answer.\n{Logs()}", e);
            }
        }
    }

    /// <summary>Kills the gateway: requests break off, and its port refuses.</summary>
    public async Task StopGateway()
    {
        await Kill(_gateway!);
        _gateway = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await StopGateway();
        foreach (var daemon in Enumerable.Reverse(_daemons))
            await Kill(daemon);
        Directory.Delete(_folder, recursive: true);
    }

    private string In(string name) => Path.Combine(_folder, name);

    private async Task StartCluster()
    {
        foreach (var name in (string[])["mon", "osd", "log", "run", "rgw"])
            Directory.CreateDirectory(In(name));
        var id = Guid.NewGuid().ToString();
        await File.WriteAllTextAsync(In("ceph.conf"), Configuration(id));

        string[] everything = ["--cap", "mon", "allow *", "--cap", "osd", "allow *", "--cap", "mgr", "allow *"];
        await Run("ceph-authtool", ["--create-keyring", In("keyring"), "--gen-key", "-n", "mon.", "--cap", "mon", "allow *"]);
        foreach (var name in (string[])["client.admin", "osd.0", "client.rgw.a"])
            await Run("ceph-authtool", [In("keyring"), "--gen-key", "-n", name, .. everything]);
        await Run("monmaptool", ["--create", "--addv", "a", $"[v2:127.0.0.1:{_monitorPort}]", "--fsid", id, In("monmap"), "--clobber"]);
        await Run("ceph-mon", ["--mkfs", "-i", "a", "--monmap", In("monmap"), "--keyring", In("keyring")]);
        _daemons.Add(Daemon("ceph-mon", "-i", "a"));

        var osd = Guid.NewGuid().ToString();
        await Run("ceph", ["--connect-timeout", "60", "osd", "create", osd, "0"]);
        await Run("ceph-osd", ["-i", "0", "--mkfs", "--osd-uuid", osd]);
        await Run("ceph", ["osd", "crush", "add", "osd.0", "1.0", "root=default", "host=test"]);
        _daemons.Add(Daemon("ceph-osd", "-i", "0"));
    }

    private Process Daemon(string program, params string[] arguments)
    {
        var start = StartOf(program, [.. arguments, "-f"]);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        var process = Process.Start(start)!;
        // A full pipe would block the daemon, which writes its log to a file.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task Run(string program, IReadOnlyList<string> arguments)
    {
        var start = StartOf(program, arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}:\n{await output}{await errors}\n{Logs()}");
    }

    private ProcessStartInfo StartOf(string program, IEnumerable<string> arguments) =>
        new(Requirements.OnPath(program) ?? program, [.. arguments, "-c", In("ceph.conf")]) { WorkingDirectory = _folder };

    private string Logs() =>
        string.Concat(
            Directory
                .EnumerateFiles(In("log"))
                .Select(log => $"{Path.GetFileName(log)}:\n{string.Join('\n', File.ReadLines(log).TakeLast(20))}\n")
        );

    private static async Task Kill(Process process)
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    // A gateway that was killed counts as there until its watch times out, and the next one waits for it: 3 s instead of 30.
    private string Configuration(string id) =>
        $"""
            [global]
            fsid = {id}
            mon host = [v2:127.0.0.1:{_monitorPort}/0]
            public addr = {IPAddress.Loopback}
            cluster addr = {IPAddress.Loopback}
            osd pool default size = 1
            osd pool default min size = 1
            osd pool default pg num = 1
            osd pool default pgp num = 1
            osd crush chooseleaf type = 0
            mon allow pool size one = true
            mon max pg per osd = 1000
            mon data avail crit = 1
            mon data avail warn = 2
            auth allow insecure global id reclaim = true
            osd client watch timeout = 3
            osd objectstore = memstore
            memstore device bytes = 1073741824
            keyring = {_folder}/keyring
            mon data = {_folder}/mon
            osd data = {_folder}/osd
            run dir = {_folder}/run
            log file = {_folder}/log/$type.$id.log
            admin socket = {_folder}/run/$cluster-$name.asok
            pid file = {_folder}/run/$name.pid
            [client.rgw.a]
            rgw frontends = beast endpoint={Address.Authority}
            rgw data = {_folder}/rgw
            rgw rados pool pg num min = 1
            rgw thread pool size = 32
            rgw run sync thread = false

            """;
}
