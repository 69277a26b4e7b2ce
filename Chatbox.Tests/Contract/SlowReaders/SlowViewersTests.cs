using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.SlowReaders;

/// <summary>
/// Viewers that read 1 KB a second, and viewers that read nothing. Promises bounded and no-gap; protocol section 5, "Slow readers".
/// </summary>
public sealed class SlowViewersTests
{
    private const string OpenSockets = "chatbox_websocket_connections_total";
    private const int Sessions = 12;
    private const int Answers = 3;
    private const int SlowOfEach = 4;

    /// <summary>
    /// The node's heap limit. A node that kept what the slow viewers have missed (432 MiB in the end) would run out of memory. At 128 MiB
    /// the runtime itself ran out on a busy machine, because it returns memory late.
    /// </summary>
    private const string HeapLimit = "10000000"; // hexadecimal: 256 MiB

    [Fact]
    public async Task Slow_viewers_cost_no_memory_and_hold_up_nobody_and_have_everything_once_they_are_back()
    {
        await using var models = await ScriptedModelServer.Start();

        // Each character takes six bytes of JSON; the total stays below what a session replays.
        models.Otherwise = _ => ModelScript.Answer([.. Enumerable.Repeat(new string('\u0001', 8_192), 32)]);
        await using var node = await NodeProcess.Start(
            new Dictionary<string, string>(models.ProviderSettings)
            {
                ["WS_SLOW_READER_TIMEOUT"] = "6s",
                ["WS_WRITE_WAIT"] = "2s",
                ["DOTNET_GCHeapHardLimit"] = HeapLimit,
            }
        );
        await using var trickle = new SlowProxy(node.Address, 8_192, 1_024);
        await using var stuck = new SlowProxy(node.Address, 8_192, 0);

        var sessions = Enumerable.Range(0, Sessions).Select(n => new Watched($"viewer {n}")).ToList();
        await Task.WhenAll(
            sessions.Select(s =>
                s.Connect(
                    node.Address,
                    [.. Enumerable.Repeat(trickle.Address, SlowOfEach), .. Enumerable.Repeat(stuck.Address, SlowOfEach)]
                )
            )
        );
        try
        {
            await Task.WhenAll(sessions.Select(s => s.Talk()));
            await MetricsPage.WaitFor(node.Http, OpenSockets, open => open == Sessions); // the node has closed all slow sockets
            await Task.WhenAll(sessions.Select(s => s.ComeBack(node.Address)));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\nThe node wrote:\n{node.Output}", e);
        }
    }

    /// <summary>A session with one viewer that reads at full speed, and several slow ones.</summary>
    private sealed class Watched(string user)
    {
        private readonly CrashClient _good = new(user);
        private readonly List<CrashClient> _slow = [];

        public async Task Connect(Uri node, params Uri[] slowWays)
        {
            await _good.Connect(node);
            foreach (var way in slowWays)
            {
                _slow.Add(new CrashClient(user));
                await _slow[^1].Connect(way);
            }
        }

        public async Task Talk()
        {
            for (var n = 0; n < Answers; n++)
            {
                await _good.Say($"{user} {n}", $"{n}");
                await _good.Until(n + 1, n + 1);
            }
        }

        public async Task ComeBack(Uri node)
        {
            foreach (var slow in _slow)
            {
                slow.Socket.Abort();
                await slow.UntilEnded();
                Assert.True(slow.Answers.Count < Answers);
            }

            // One viewer that read slowly and one that read nothing.
            foreach (var slow in new[] { _slow[0], _slow[^1] })
            {
                await slow.Connect(node);
                await slow.Until(Answers, Answers);
                Assert.Equal(_good.Questions.Concat(_good.Answers), slow.Questions.Concat(slow.Answers));
            }

            foreach (var client in _slow.Append(_good))
                await client.DisposeAsync();
        }
    }
}
