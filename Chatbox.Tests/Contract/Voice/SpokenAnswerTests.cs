using Chatbox.Tests.Harness.Files;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Voice;

/// <summary>An answer that is asked for aloud, over real sockets: spoken while it streams, shown to every device, stored, and gone with its session.</summary>
public sealed class SpokenAnswerTests(SpokenNode host) : IClassFixture<SpokenNode>
{
    [Fact]
    public async Task Answer_is_spoken_while_it_streams_and_every_device_gets_the_sound_now_and_later()
    {
        var gate = new TaskCompletionSource();
        host.Models.Enqueue(
            ModelScript.Begin().Pieces("The **first** sentence. The second").Wait(gate.Task).Pieces(" one.\n```\ncode\n```").End()
        );
        await using var sender = await host.Node.Connect("alice");
        var status = await sender.Next("connection_status");
        Assert.Equal("true", status.Metadata("speech"));
        var session = status.Text("session_id")!;
        await SpokenNode.Ask(sender, "Say it.", "m1");
        var first = await host.Speeches.Next("The first sentence.");
        Assert.Equal("Bearer speech-key-of-this-test", first.Authorization);
        Assert.Equal(("speaker", "nova", "mp3"), (first.Body.Text("model"), first.Body.Text("voice"), first.Body.Text("response_format")));
        Assert.DoesNotContain(sender.Seen, f => f.IsDone());
        await using var other = await host.Node.Connect("alice", $"session_id={session}");
        await other.Next("connection_status"); // otherwise the answer may end before this device looks
        gate.SetResult();
        await host.Speeches.Next("The second one.");

        foreach (var client in new[] { sender, other })
        {
            var done = await client.NextDone();
            var speech = await client.Next("speech");
            Assert.Equal("pending", done.Metadata("speech"));
            Assert.Equal((done.Text("message_id"), "done"), (speech.Metadata("of"), speech.Metadata("state")));
            Assert.True(done.Seq() < speech.Seq());
            Assert.DoesNotContain(client.Seen, f => f.Type() == "error");
            Assert.Equal("answer.mp3", speech.GetProperty("files")[0].Text("name"));
            Assert.Equal(Sounds.Mp3(2 * SpokenNode.FramesEach), await SpokenNode.Download(host.Node.Http, speech.Text("file_url")!));
        }

        await using var late = await host.Node.Connect("alice", $"session_id={session}&last_seq=0");
        var again = await late.NextDone();
        Assert.Equal(("done", (await late.Next("speech")).Text("file_id")), (again.Metadata("speech"), again.Text("file_id")));
        Assert.Equal(Sounds.Mp3(2 * SpokenNode.FramesEach), await SpokenNode.Download(host.Node.Http, again.Text("file_url")!));

        var history = await host.Node.Http.RestUntil($"/sessions/{session}", "alice", a => a.Status == 200);
        var messages = history.Json.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(["user_message", "ai_response", "speech"], messages.Select(m => m.Text("type")));
        Assert.Equal(
            ("ai", "done", "true"),
            (messages[2].Text("sender"), messages[2].Metadata("state"), messages[2].Metadata("placeholder"))
        );
        Assert.Equal(Sounds.Mp3(2 * SpokenNode.FramesEach), await SpokenNode.Download(host.Node.Http, messages[2].Text("file_url")!));
    }

    [Fact]
    public async Task Nobody_else_hears_it_and_it_goes_with_its_session()
    {
        await using var client = await host.Node.Connect("bea");
        var session = (await client.Next("connection_status")).Text("session_id")!;
        await SpokenNode.Ask(client, "Say it.", "m1");
        var speech = await client.Next("speech");
        var (file, address) = (speech.Text("file_id")!, speech.Text("file_url")!);

        Assert.Equal(200, (await host.Node.Http.Rest("GET", $"/files/{file}", "bea")).Status);
        Assert.Equal(404, (await host.Node.Http.Rest("GET", $"/files/{file}", "eve")).Status);
        Assert.Equal(404, (await host.Node.Http.Rest("GET", $"/sessions/{session}", "eve")).Status);
        await using var eve = await host.Node.Connect("eve", $"session_id={session}&last_seq=0");
        await eve.Send(new { type = "ping" });
        await eve.Next("pong");
        Assert.DoesNotContain(eve.Seen, f => f.GetRawText().Contains(file, StringComparison.Ordinal));

        Assert.Equal(204, (await host.Node.Http.Rest("DELETE", $"/sessions/{session}", "bea")).Status);
        await host.Node.Http.RestUntil($"/files/{file}", "bea", answer => answer.Status == 404);
        using var gone = await host.Node.Http.GetAsync(address);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Without_the_wish_no_frame_differs()
    {
        var asked = host.Speeches.Requests;
        await using var client = await host.Node.Connect("cleo");
        await SpokenNode.Ask(client, "Write it.", "m1", speak: false);
        var done = await client.NextDone();

        Assert.Null(done.Metadata("speech"));
        await client.Say("Something else.", "m2");
        await client.UntilDone(2);
        Assert.DoesNotContain(client.Seen, f => f.Type() == "speech");
        Assert.True(asked <= host.Speeches.Requests);
    }

    [Fact]
    public async Task Text_of_the_next_answer_comes_while_the_sound_of_the_one_before_is_still_made()
    {
        await using var client = await host.Node.Connect("dora");
        var gate = new TaskCompletionSource();
        host.Speeches.Replies(new VoiceReply(200, Sounds.Mp3(1), gate.Task));
        var ack = await SpokenNode.Ask(client, "Say it slowly.", "m1");
        await client.NextDone();
        await client.Say("And now?", "m2");
        await client.UntilDone(2);
        Assert.DoesNotContain(client.Seen, f => f.Type() == "speech");

        gate.SetResult();
        var speech = await client.Next("speech");
        Assert.Equal("done", speech.Metadata("state"));
        Assert.NotEqual(ack.Text("message_id"), speech.Metadata("of"));
    }
}
