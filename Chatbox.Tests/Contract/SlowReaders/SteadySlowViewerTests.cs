using System.Text.Json;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.SlowReaders;

/// <summary>Promise no-gap for a viewer that always reads, but more slowly than the conversation grows.</summary>
public sealed class SteadySlowViewerTests(SteadySlowViewerTests.Host host) : IClassFixture<SteadySlowViewerTests.Host>
{
    private const int Answers = 14;
    private const int Length = 260_000;

    public sealed class Host : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["WS_SLOW_READER_TIMEOUT"] = "10m" };
    }

    /// <summary>
    /// A session keeps four such answers in memory. The slow socket reads a few frames after each answer, so it is always in the middle of
    /// an answer that leaves the memory before its end has been sent.
    /// </summary>
    [Theory]
    [InlineData("")]
    [InlineData("last_seq=0")]
    public async Task Viewer_that_falls_behind_what_the_session_keeps_is_told_to_reload_and_ends_up_with_everything(string query)
    {
        var user = $"steady {query}";
        // Each character takes six bytes of JSON, so the answers exceed the buffers of the connection.
        for (var n = 0; n < Answers; n++)
            host.WhenAsked($"{user} {n}", ModelScript.Answer([.. Enumerable.Repeat(new string((char)(14 + n), 10_000), Length / 10_000)]));
        await using var good = await host.Node.Connect(user);
        var session = (await good.Next("connection_status")).Text("session_id")!;
        await Ask(good, user, 0);
        await using var slow = await PacedClient.Connect(host.Node.Address, TestNode.Token(user), query);
        for (var n = 1; n < Answers; n++)
        {
            await Ask(good, user, n);
            await slow.Take();
            await slow.Take();
        }

        var last = good.Seen.Last(f => f.IsDone()).Seq();
        var shown = new Transcript();
        foreach (var frame in slow.Seen)
            await shown.Apply(frame, session, host.Node);
        while (shown.LastSeq < last)
            await shown.Apply(await slow.Take(), session, host.Node);

        Assert.True(shown.Reloads > 0);
        await host.Node.Http.RestUntil(
            $"/sessions/{session}?limit=1",
            user,
            a => a.Json.GetProperty("messages").EnumerateArray().Single().Seq() == last
        );
        var expected = await host.Node.Http.History(session, user);
        Assert.Equal(Answers, expected.Count(m => m.Type() == "ai_response"));
        var from = query.Length == 0 ? expected[2].Seq() : 0; // the viewer attached after the first answer
        Assert.Equal(
            expected.Where(m => m.Seq() >= from).Select(Describe),
            shown.Items.Where(i => i.Seq >= from).Select(i => i.Description)
        );
    }

    private static async Task Ask(TestClient client, string user, int n)
    {
        await client.Say($"{user} {n}", $"q{n}");
        await client.NextDone();
    }

    private static string Describe(JsonElement message) => Describe(message.Text("message_id")!, message.Text("content")!);

    private static string Describe(string id, string text) => $"{id}: {text.Length} × {(text.Length == 0 ? ' ' : (int)text[0])}";

    /// <summary>Applies frames as a client does by the rules of the protocol.</summary>
    private sealed class Transcript
    {
        private readonly SortedDictionary<long, string> _items = [];
        private readonly Dictionary<string, string> _texts = [];

        public long LastSeq { get; private set; }

        public int Reloads { get; private set; }

        public IEnumerable<(long Seq, string Description)> Items => _items.Select(i => (i.Key, i.Value));

        public async Task Apply(JsonElement frame, string session, TestNode node)
        {
            switch (frame.Type())
            {
                case "connection_status" when frame.Metadata("history") == "reload":
                    Reloads++;
                    LastSeq = frame.Seq();
                    foreach (var message in await node.Http.History(session, frame.Text("user_id")!))
                        _items[message.Seq()] = Describe(message);
                    break;
                case "user_message":
                    Add(frame, frame.Text("content")!);
                    break;
                case "ai_response":
                    var id = frame.Text("message_id")!;
                    var text = _texts.GetValueOrDefault(id, "");
                    Assert.Equal(text.Length, frame.GetProperty("offset").GetInt32());
                    _texts[id] = text += frame.Text("content");
                    if (frame.IsDone())
                        Add(frame, text);
                    break;
            }
        }

        private void Add(JsonElement frame, string text)
        {
            Assert.True(frame.Seq() > LastSeq);
            LastSeq = frame.Seq();
            _items[LastSeq] = Describe(frame.Text("message_id")!, text);
        }
    }
}
