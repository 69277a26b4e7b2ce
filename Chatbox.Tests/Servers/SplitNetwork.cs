using System.Diagnostics;
using System.Net;

namespace Chatbox.Tests.Servers;

/// <summary>
/// A network namespace per node, with two networks: the outer one to the clients, the store and the model, and the inner one to the other
/// nodes. A node that is cut off from the others still reaches the store. This is the worst case of a partition, because only the nodes'
/// agreement prevents two writers.
/// </summary>
internal sealed class SplitNetwork : IAsyncDisposable
{
    private readonly string _name = $"cb{Environment.ProcessId}";
    private readonly string _outer = $"10.231.{Environment.ProcessId % 250}";
    private readonly string _cluster = $"10.232.{Environment.ProcessId % 250}";

    private readonly bool _named;

    private SplitNetwork(int count, bool named) => (Count, _named) = (count, named);

    public int Count { get; }

    /// <summary>This process's address on the outer network.</summary>
    public IPAddress Host => IPAddress.Parse($"{_outer}.1");

    /// <param name="named">Nodes reach each other by names that have only IPv6 addresses, instead of by IPv4 addresses.</param>
    public static async Task<SplitNetwork> Start(int count, bool named = false)
    {
        var network = new SplitNetwork(count, named);
        await Ip([
            $"link add {network._name}o type bridge",
            $"link add {network._name}c type bridge",
            $"addr add {network.Host}/24 dev {network._name}o",
            $"link set {network._name}o up",
            $"link set {network._name}c up",
        ]);
        for (var n = 0; n < count; n++)
            await network.Add(n);
        return network;
    }

    /// <summary>The address at which clients reach a node.</summary>
    public string OuterAddress(int node) => $"{_outer}.{node + 2}";

    /// <summary>The address or name at which other nodes reach a node.</summary>
    public string ClusterAddress(int node) => _named ? $"node-{node}.cluster.test" : $"{_cluster}.{node + 2}";

    /// <summary>The command prefix that starts a program in a node's namespace.</summary>
    public IReadOnlyList<string> Launcher(int node) => ["ip", "netns", "exec", $"{_name}-{node}"];

    /// <summary>Drops all traffic between this node and the others, without closing any connection.</summary>
    public Task CutOff(int node) => Ip([$"link set {_name}c{node} nomaster"]);

    public Task Rejoin(int node) => Ip([$"link set {_name}c{node} master {_name}c"]);

    /// <summary>
    /// Drops all traffic between two nodes, without closing any connection. Every other node still reaches both: packets for the other one
    /// carry a hardware address that nobody has.
    /// </summary>
    public async Task CutLink(int one, int other)
    {
        await Ip([$"neigh replace {ClusterAddress(other)} lladdr 02:00:00:00:00:01 dev cluster nud permanent"], "-n", $"{_name}-{one}");
        await Ip([$"neigh replace {ClusterAddress(one)} lladdr 02:00:00:00:00:01 dev cluster nud permanent"], "-n", $"{_name}-{other}");
    }

    public async Task RestoreLink(int one, int other)
    {
        await Ip([$"neigh del {ClusterAddress(other)} dev cluster"], "-n", $"{_name}-{one}");
        await Ip([$"neigh del {ClusterAddress(one)} dev cluster"], "-n", $"{_name}-{other}");
    }

    /// <summary>
    /// Cuts a node off from the others and gives its address to this machine, where nobody listens: the others' connections are refused.
    /// </summary>
    public async Task TakeAddressOf(int node)
    {
        await CutOff(node);
        await Ip([$"addr add {ClusterAddress(node)}/24 dev {_name}c"]);
        foreach (var other in Enumerable.Range(0, Count).Where(other => other != node))
            await Ip(["neigh flush dev cluster"], "-n", $"{_name}-{other}");
    }

    public async Task ReturnAddressOf(int node)
    {
        await Ip([$"addr del {ClusterAddress(node)}/24 dev {_name}c"]);
        await Rejoin(node);
        foreach (var other in Enumerable.Range(0, Count).Where(other => other != node))
            await Ip(["neigh flush dev cluster"], "-n", $"{_name}-{other}");
    }

    public async ValueTask DisposeAsync()
    {
        await Ip([
            .. Enumerable.Range(0, Count).SelectMany(n => new[] { $"link del {_name}o{n}", $"link del {_name}c{n}" }),
            .. Enumerable.Range(0, Count).Select(n => $"netns del {_name}-{n}"),
            $"link del {_name}o",
            $"link del {_name}c",
        ]);
        for (var n = 0; _named && n < Count; n++)
            Directory.Delete($"/etc/netns/{_name}-{n}", recursive: true);
    }

    private async Task Add(int node)
    {
        var machine = $"{_name}-{node}";
        await Ip([
            $"netns add {machine}",
            $"link add {_name}o{node} type veth peer name outer netns {machine}",
            $"link add {_name}c{node} type veth peer name cluster netns {machine}",
            $"link set {_name}o{node} master {_name}o up",
            $"link set {_name}c{node} master {_name}c up",
        ]);
        await Ip(
            [
                "link set lo up",
                $"addr add {OuterAddress(node)}/24 dev outer",
                .. _named ? Array.Empty<string>() : [$"addr add {ClusterAddress(node)}/24 dev cluster"],
                "link set outer up",
                "link set cluster up",
            ],
            "-n",
            machine
        );
        if (_named)
            await Name(machine, node);
    }

    // The kernel shows a program in the namespace these files instead of those in /etc.
    private async Task Name(string machine, int node)
    {
        await Ip([$"addr add fd00:cb::{node + 2}/64 dev cluster nodad"], "-n", machine);
        var names = Enumerable.Range(0, Count).Select(n => $"fd00:cb::{n + 2} {ClusterAddress(n)}");
        Directory.CreateDirectory($"/etc/netns/{machine}");
        await File.WriteAllLinesAsync($"/etc/netns/{machine}/hosts", ["127.0.0.1 localhost", .. names]);
    }

    private static async Task Ip(IEnumerable<string> commands, params string[] options)
    {
        var start = new ProcessStartInfo("ip", [.. options, "-batch", "-"]) { RedirectStandardInput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        foreach (var command in commands)
            await process.StandardInput.WriteLineAsync(command);
        process.StandardInput.Close();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"ip: {errors}");
    }
}
