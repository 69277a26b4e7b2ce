using System.Net;
using System.Text.Json;

namespace Chatbox.Tests.Contract.Sessions;

/// <summary>REST returns whatever a socket has shown, however soon the request comes: readers wait for the index.</summary>
public sealed class ShownIsReadTests(ShownIsReadTests.Host host) : IClassFixture<ShownIsReadTests.Host>
{
    private const int Times = 25;

    public sealed class Host : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["RATE_LIMIT"] = "1000" };
    }

    [Fact]
    public async Task Answer_that_has_ended_stands_in_history_export_and_list()
    {
        await using var client = await host.Node.Connect("reader");
        for (var n = 1; n <= Times; n++)
        {
            await client.Say($"question {n}", $"c{n}");
            var done = await client.NextDone();
            var session = done.Text("session_id");
            var path = n % 2 == 0 ? $"/sessions/{session}" : $"/sessions/{session}/export";
            var read = await Get(path);
            var last = read.GetProperty("messages").EnumerateArray().Last();

            Assert.Equal(done.Text("message_id"), last.Text("message_id"));
        }
    }

    [Fact]
    public async Task Message_that_is_acknowledged_stands_in_the_list()
    {
        for (var n = 1; n <= Times; n++)
        {
            await using var client = await host.Node.Connect($"lister {n}");
            await client.Say("a session is born", "c1");
            var ack = await client.Next("ack");
            var list = await Get("/sessions?q=born", $"lister {n}");

            await client.Close();
            Assert.Equal(ack.Text("session_id"), Assert.Single(list.GetProperty("sessions").EnumerateArray()).Text("session_id"));
        }
    }

    private async Task<JsonElement> Get(string path, string user = "reader")
    {
        var answer = await host.Node.Http.Rest("GET", path, user);
        Assert.Equal((int)HttpStatusCode.OK, answer.Status);
        return answer.Json;
    }
}
