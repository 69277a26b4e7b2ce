using System.Globalization;
using Chatbox.Tests.Servers;
using Microsoft.Extensions.Time.Testing;
using Xunit.Abstractions;

namespace Chatbox.Tests.Contract.Attacks;

/// <summary>Hostile clients neither disturb a normal client nor leave anything behind. Promise bounded.</summary>
public sealed class HostileClientTests(ITestOutputHelper output)
{
    private const string Open = "chatbox_websocket_connections_total";
    private const int MegaByte = 1_048_576;

    /// <summary>
    /// The node's heap limit in bytes, in hexadecimal (96 MiB). A node whose heap clients can fill ends with an out-of-memory error.
    /// </summary>
    private const string HeapLimit = "6000000";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly string[] Pieces = [.. Enumerable.Range(0, 50).Select(n => $"piece {n}, ")];

    [LinuxFact]
    public async Task Storm_of_hostile_clients_harms_nobody_and_leaves_nothing()
    {
        await using var models = await ScriptedModelServer.Start();
        models.Otherwise = _ => ModelScript.Answer(Pieces);
        await using var node = await NodeProcess.Start(
            new Dictionary<string, string>(models.ProviderSettings)
            {
                ["DOTNET_GCHeapHardLimit"] = HeapLimit,
                ["RATE_LIMIT"] = "10000",
                ["MAX_MESSAGE_SIZE"] = "65536",
                ["WS_PING_PERIOD"] = "2s",
                ["WS_PONG_WAIT"] = "3s",
                ["WS_WRITE_WAIT"] = "1s",
                ["WS_SLOW_READER_TIMEOUT"] = "2s",
            }
        );
        await using var good = await node.Connect("good");
        await good.Next("connection_status");
        var quiet = (Memory: Memory(node), Handles: Handles(node));

        await StormWhileTalking(node, good, 1);
        var first = (Memory: Memory(node), Handles: Handles(node));
        await StormWhileTalking(node, good, 2);
        var second = (Memory: Memory(node), Handles: Handles(node));

        output.WriteLine($"resident: {quiet.Memory >> 20} MiB, then {first.Memory >> 20}, then {second.Memory >> 20}");
        output.WriteLine($"handles: {quiet.Handles}, then {first.Handles}, then {second.Handles}");
        Assert.False(node.HasExited);
        Assert.InRange(second.Handles, 0, first.Handles + 30); // the test's own HTTP connections and those of the store come and go
    }

    [Fact]
    public async Task Refused_sockets_are_announced_to_the_others_no_more_than_once_a_second()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var node = await TestNode.Start(clock: clock);
        await using var sockets = new OpenClients();
        for (var n = 0; n < 10; n++)
            await sockets.Add(node, "alice");
        var listening = sockets.Open[0];
        for (var n = 0; n < 20; n++)
            Assert.Equal(429, await Upgrade.Status(node, TestNode.Token("alice")));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(429, await Upgrade.Status(node, TestNode.Token("alice")));

        await listening.Next("notification");
        await listening.Next("notification");
        await listening.SendText("""{"type":"ping"}""");
        await listening.Next("pong");
        Assert.Equal(2, listening.Seen.Count(f => f.Type() == "notification"));
    }

    /// <summary>
    /// Runs a storm of attacks while a normal client gets every answer complete; returns when every hostile socket has ended.
    /// </summary>
    private async Task StormWhileTalking(NodeProcess node, TestClient good, int round)
    {
        var storm = Task.WhenAll(Attacks(node.Address, round));
        var answers = 0;
        do
        {
            await good.Say($"round {round}, message {answers}", $"{round}-{answers}");
            var done = await good.NextDone();
            Assert.Equal("stop", done.Metadata("finish_reason"));
            Assert.Equal(string.Concat(Pieces), good.TextOf(done.Text("message_id")!));
            answers++;
        } while (!storm.IsCompleted);

        await storm;
        await MetricsPage.WaitFor(node.Http, Open, open => open == 1);
        output.WriteLine($"round {round}: {answers} answers");
    }

    private static IEnumerable<Task> Attacks(Uri node, int round) =>
        [
            NoHttp(node, new Random(round)),
            ConnectsAndResets(node),
            UpgradesAndResets(node, $"resetting {round}"),
            MoreSocketsThanAllowed(node, $"greedy {round}"),
            HalfARequest(node),
            SilenceAfterTheUpgrade(node, $"silent {round}"),
            RandomBytesAsFrames(node, $"random {round}", new Random(round)),
            Refused(node, $"endless {round}", HostileSocket.Header(0x82, 1L << 62)),
            Refused(node, $"negative {round}", HostileSocket.Header(0x82, long.MinValue)),
            Refused(node, $"large {round}", HostileSocket.Frame(0x81, new byte[70_000])),
            Refused(node, $"unmasked {round}", [0x81, 2, (byte)'{', (byte)'}']),
            Refused(node, $"reserved {round}", HostileSocket.Frame(0x83, "{}"u8)),
            Refused(node, $"reserved bits {round}", HostileSocket.Frame(0xF1, "{}"u8)),
            Refused(node, $"long ping {round}", HostileSocket.Frame(0x89, new byte[126])),
            Refused(node, $"torn control {round}", HostileSocket.Frame(0x09, "x"u8)),
            DeepJson(node, $"deep {round}"),
            ByteByByte(node, $"slow {round}"),
            FloodUnread(node, $"pinging {round}", HostileSocket.Text("""{"type":"ping"}""")),
            FloodUnread(node, $"talking {round}", HostileSocket.Text("""{"type":"user_message","content":"more"}""")),
            FloodUnread(node, $"nonsense {round}", HostileSocket.Text("{")),
            FloodUnread(node, $"control {round}", HostileSocket.Frame(0x89, new byte[125])),
            FloodUnread(node, $"fragments {round}", HostileSocket.Frame(0x02, [])),
        ];

    private static async Task NoHttp(Uri node, Random random)
    {
        var bytes = new byte[4096];
        for (var n = 0; n < 100; n++)
        {
            random.NextBytes(bytes);
            using var hostile = await HostileSocket.Connect(node);
            await hostile.Send(bytes);
        }
    }

    private static async Task ConnectsAndResets(Uri node)
    {
        for (var n = 0; n < 2_000; n++)
            (await HostileSocket.Connect(node)).Reset();
    }

    private static async Task UpgradesAndResets(Uri node, string user)
    {
        for (var n = 0; n < 200; n++)
            (await HostileSocket.Upgrade(node, $"{user} {n}")).Reset();
    }

    private static async Task MoreSocketsThanAllowed(Uri node, string user)
    {
        var open = new List<HostileSocket>();
        for (var n = 0; n < 10; n++)
            open.Add(await HostileSocket.Upgrade(node, user));
        for (var n = 0; n < 200; n++)
            using (var refused = await HostileSocket.Connect(node))
                await refused.AskForUpgrade(node, user);
        open.ForEach(hostile => hostile.Dispose());
    }

    private static async Task HalfARequest(Uri node)
    {
        var open = new List<HostileSocket>();
        for (var n = 0; n < 100; n++)
        {
            open.Add(await HostileSocket.Connect(node));
            if (n % 2 == 0)
                await open[^1].Send("GET /chatbox/ws HTTP/1.1\r\nHost: "u8.ToArray());
        }

        foreach (var hostile in open)
            hostile.Dispose();
    }

    private static async Task SilenceAfterTheUpgrade(Uri node, string user)
    {
        using var hostile = await HostileSocket.Upgrade(node, user);
        await hostile.UntilEnded(); // never answers a ping
    }

    private static async Task RandomBytesAsFrames(Uri node, string user, Random random)
    {
        var bytes = new byte[8192];
        for (var n = 0; n < 50; n++)
        {
            random.NextBytes(bytes);
            using var hostile = await HostileSocket.Upgrade(node, $"{user} {n}");
            await hostile.Send(bytes);
        }
    }

    /// <summary>Sends bytes that make the node close the socket before the message is complete.</summary>
    private static async Task Refused(Uri node, string user, byte[] bytes)
    {
        using var hostile = await HostileSocket.Upgrade(node, user);
        await hostile.Send(bytes);
        await hostile.UntilEnded();
    }

    private static async Task DeepJson(Uri node, string user)
    {
        using var hostile = await HostileSocket.Upgrade(node, user);
        var deep = HostileSocket.Text($$"""{"type":"user_message","content":"x","metadata":{{new string('[', 60_000)}}""");
        for (var n = 0; n < 20; n++)
            await hostile.Send(deep);
    }

    private static async Task ByteByByte(Uri node, string user)
    {
        using var hostile = await HostileSocket.Upgrade(node, user);
        await hostile.Send(HostileSocket.Header(0x81, 60_000));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        using var deadline = new CancellationTokenSource(Deadline);
        while (await hostile.Send(" "u8.ToArray()))
            await pause.WaitForNextTickAsync(deadline.Token);
    }

    private static async Task FloodUnread(Uri node, string user, byte[] frame)
    {
        using var hostile = await HostileSocket.Upgrade(node, user);
        var many = new MemoryStream();
        while (many.Length < 65_536)
            many.Write(frame);
        await hostile.Flood(many.ToArray(), 16 * MegaByte);
    }

    /// <summary>The resident memory in bytes.</summary>
    private static long Memory(NodeProcess node)
    {
        var line = File.ReadLines($"/proc/{node.Id}/status").Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>The number of open files and sockets.</summary>
    private static int Handles(NodeProcess node) => Directory.GetFileSystemEntries($"/proc/{node.Id}/fd").Length;

    /// <summary>A fact that reads process details which only Linux offers.</summary>
    private sealed class LinuxFactAttribute : FactAttribute
    {
        public LinuxFactAttribute()
        {
            if (!OperatingSystem.IsLinux())
                Skip = "A process's memory and handles are read from /proc.";
        }
    }
}
