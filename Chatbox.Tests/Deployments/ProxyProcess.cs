using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Chatbox.Tests.Deployments;

/// <summary>nginx or HAProxy with the configuration of <c>deployments</c>, changed only in its addresses, on a free loopback port.</summary>
internal sealed class ProxyProcess : IAsyncDisposable
{
    public const string Nginx = "nginx";
    public const string HaProxy = "haproxy";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chatbox-proxy-");
    private readonly StringBuilder _output = new();
    private readonly int _port = Ports.Free();
    private readonly Process _process;

    private ProxyProcess(string kind, IReadOnlyList<Uri> nodes)
    {
        Address = new Uri($"http://127.0.0.1:{_port}");
        _process = Process.Start(kind == Nginx ? StartNginx(nodes) : StartHaProxy(nodes))!;
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    private string LogFile => Path.Combine(_folder.FullName, "access.log");

    /// <summary>The proxy's log so far.</summary>
    public string Log() => Output() + (File.Exists(LogFile) ? File.ReadAllText(LogFile) : "");

    /// <summary>Starts the proxy in front of these three nodes; returns when it accepts connections.</summary>
    public static async Task<ProxyProcess> Start(string kind, IReadOnlyList<Uri> nodes)
    {
        var proxy = new ProxyProcess(kind, nodes);
        try
        {
            await proxy.TakesConnections();
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Asks the proxy to stop instead of killing it, so that nginx's first process stops its workers too.
        if (!_process.HasExited)
            using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
                await kill.WaitForExitAsync();
        using var deadline = new CancellationTokenSource(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    // A complete configuration around the file, which belongs in the http context.
    private ProcessStartInfo StartNginx(IReadOnlyList<Uri> nodes)
    {
        var shipped = Shipped("deployments/nginx/chatbox.conf", "listen 80;", $"listen 127.0.0.1:{_port};", nodes);
        // The file logs to a folder of the machine; a test needs its own log.
        var site = Write("chatbox.conf", ReplaceOnce(shipped, "/var/log/nginx/access.log", LogFile));
        var temporary = string.Concat(
            new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(kind => $"{kind}_temp_path {_folder.FullName}/{kind};\n")
        );
        var whole = Write(
            "nginx.conf",
            $"daemon off; pid {_folder.FullName}/pid; error_log stderr; events {{}}\nhttp {{ access_log off;\n{temporary}include {site}; }}\n"
        );
        return Redirected(Requirements.Nginx!, "-e", "stderr", "-c", whole);
    }

    private ProcessStartInfo StartHaProxy(IReadOnlyList<Uri> nodes)
    {
        var shipped = Shipped("deployments/haproxy/haproxy.cfg", "bind :80 ", $"bind 127.0.0.1:{_port} ", nodes);
        return Redirected(Requirements.HaProxy!, "-db", "-f", Write("haproxy.cfg", shipped));
    }

    private static string Shipped(string file, string listen, string here, IReadOnlyList<Uri> nodes)
    {
        var text = ReplaceOnce(Repository.Read(file), listen, here);
        for (var n = 0; n < nodes.Count; n++)
            text = ReplaceOnce(text, $"chatbox-{n + 1}:8080", nodes[n].Authority);
        return text;
    }

    private static string ReplaceOnce(string text, string old, string replacement)
    {
        Assert.Equal(2, text.Split(old).Length);
        return text.Replace(old, replacement, StringComparison.Ordinal);
    }

    private static ProcessStartInfo Redirected(string program, params string[] arguments) =>
        new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private async Task TakesConnections()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await pause.WaitForNextTickAsync(deadline.Token))
        {
            Assert.False(_process.HasExited, $"The proxy ended: {Output()}");
            try
            {
                using var connection = new TcpClient();
                await connection.ConnectAsync(IPAddress.Loopback, _port, deadline.Token);
                return;
            }
            catch (SocketException)
            {
                // The proxy does not listen yet.
            }
        }
    }

    private void Note(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }

    private string Output()
    {
        lock (_output)
            return _output.ToString();
    }
}
