using System.Text.Json;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Streams;

/// <summary>A socket over plain HTTP has the promises of a socket. Protocol section 3, "Without WebSockets".</summary>
public sealed class StreamTests(ScriptedNode host) : IClassFixture<ScriptedNode>
{
    private HttpClient Http => host.Node.Http;

    [Fact]
    public async Task Message_is_acknowledged_to_its_sender_and_answered_to_all_devices()
    {
        var token = TestNode.Token("sse-devices");
        await using var stream = await EventStream.Connect(Http, token);
        await using var socket = await host.Node.Connect("sse-devices");
        var status = await stream.Next("connection_status");
        await socket.Next("connection_status");
        Assert.Equal("sse-devices", status.Text("user_id"));

        var answer = await EventStream.Post(Http, token, Message("hello", "c1"));

        var ack = Assert.Single(Replies(answer));
        Assert.Equal((200, "ack", "c1"), (answer.Status, ack.Type(), ack.Text("id")));
        var shown = await stream.Next("user_message");
        Assert.Equal((ack.Text("message_id"), ack.Seq()), (shown.Text("message_id"), shown.Seq()));
        var done = await stream.NextDone();
        await socket.NextDone();
        Assert.Equal("Well, well.", TextOf(stream, done.Text("message_id")!));
        Assert.Equal("Well, well.", socket.TextOf(done.Text("message_id")!));
    }

    [Fact]
    public async Task Command_that_is_sent_again_takes_effect_once()
    {
        var token = TestNode.Token("sse-once");
        await using var stream = await EventStream.Connect(Http, token);
        await stream.Next("connection_status");

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => EventStream.Post(Http, token, Message("once", "c1"))));

        Assert.Single(answers.Select(answer => Assert.Single(Replies(answer)).Text("message_id")).Distinct());
        var session = (await stream.NextDone()).Text("session_id");
        await Http.RestUntil($"/sessions/{session}", "sse-once", page => page.Json.GetProperty("messages").GetArrayLength() == 2);
    }

    [Fact]
    public async Task Stream_that_is_cut_goes_on_behind_its_last_event_without_a_gap()
    {
        var goOn = new TaskCompletionSource();
        host.WhenAsked("a long answer", ModelScript.Begin().Pieces("One, ", "two, ").Wait(goOn.Task).Pieces("three.").Usage(1, 3).End());
        var token = TestNode.Token("sse-cut");
        string last;
        string firstAnswer;
        await using (var stream = await EventStream.Connect(Http, token))
        {
            await stream.Next("connection_status");
            await EventStream.Post(Http, token, Message("a short answer", "c1"));
            firstAnswer = (await stream.NextDone()).Text("message_id")!;
            await EventStream.Post(Http, token, Message("a long answer", "c2"));
            await stream.Next(frame =>
                frame.Type() == "ai_response" && frame.Text("content")!.StartsWith("One, ", StringComparison.Ordinal)
            );
            last = stream.LastEventId;
        }

        await using var again = await EventStream.Connect(Http, token, lastEventId: last);
        await again.Next("connection_status");
        goOn.SetResult();
        var done = await again.NextDone();

        Assert.Equal("One, two, three.", TextOf(again, done.Text("message_id")!));
        Assert.DoesNotContain(again.Seen, frame => frame.Text("message_id") == firstAnswer);
    }

    [Fact]
    public async Task Client_with_a_place_of_its_own_resumes_in_the_middle_of_an_answer()
    {
        var goOn = new TaskCompletionSource();
        host.WhenAsked("in the middle", ModelScript.Begin().Pieces("One, ").Wait(goOn.Task).Pieces("two.").Usage(1, 2).End());
        var token = TestNode.Token("sse-middle");
        JsonElement piece;
        long seq;
        await using (var stream = await EventStream.Connect(Http, token))
        {
            await stream.Next("connection_status");
            seq = Assert.Single(Replies(await EventStream.Post(Http, token, Message("in the middle", "c1")))).Seq();
            piece = await stream.Next(frame => frame.Type() == "ai_response" && frame.Text("content") == "One, ");
        }

        var place = $"session_id={piece.Text("session_id")}&last_seq={seq}&partial={piece.Text("message_id")}:5";
        await using var again = await EventStream.Connect(Http, token, place);
        await again.Next("connection_status");
        goOn.SetResult();
        await again.NextDone();

        var text = again.Seen.Where(frame => frame.Type() == "ai_response").Select(frame => frame.Text("content"));
        Assert.Equal("two.", string.Concat(text));
    }

    [Fact]
    public async Task Frames_of_one_request_are_carried_out_in_their_order_and_each_gets_its_reply()
    {
        var token = TestNode.Token("sse-order");
        var answer = await EventStream.Post(
            Http,
            token,
            new object[]
            {
                new { type = "ping" },
                Message("first", "c1"),
                new { type = "user_message", id = "c2" },
                new { type = "typing_indicator", content = "start" },
                new { type = "nonsense", id = "c3" },
                Message("second", "c4"),
            }
        );

        Assert.Equal(
            [("pong", null), ("ack", "c1"), ("error", "c2"), ("error", "c3"), ("ack", "c4")],
            Replies(answer).Select(reply => (reply.Type(), reply.Text("id")))
        );
        Assert.Equal("content", Replies(answer)[2].Metadata("field"));
        Assert.True(Replies(answer)[1].Seq() < Replies(answer)[4].Seq());
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("[]", 400)]
    [InlineData("7", 400)]
    [InlineData("{\"type\":\"ping\"", 400)]
    public async Task Body_that_holds_no_frames_is_refused(string body, int status) =>
        Assert.Equal(status, (await EventStream.Post(Http, TestNode.Token("sse-bodies"), body)).Status);

    [Fact]
    public async Task Too_many_or_too_large_frames_are_refused_whole()
    {
        var token = TestNode.Token("sse-large");
        var pings = Enumerable.Range(0, 21).Select(_ => new { type = "ping" });
        var large = $$"""{"type":"ping","content":"{{new string('x', 1_048_576)}}"}""";

        Assert.Equal(400, (await EventStream.Post(Http, token, pings)).Status);
        Assert.Equal((413, "PAYLOAD_TOO_LARGE"), Refusal(await EventStream.Post(Http, token, large)));
    }

    [Fact]
    public async Task Stream_counts_as_a_socket_of_its_user()
    {
        var token = TestNode.Token("sse-many");
        var streams = new List<EventStream>();
        for (var n = 0; n < 10; n++)
            streams.Add(await EventStream.Connect(Http, token));

        using var refused = await EventStream.Request(Http, token);
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Equal(429, (await EventStream.Post(Http, token, new { type = "ping" })).Status);

        foreach (var stream in streams)
            await stream.DisposeAsync();
        // With pauses, so that it is not the number of attempts that is refused.
        using var pause = new GrowingPause();
        for (var status = 429; status == 429; await pause.Next())
        {
            using var accepted = await EventStream.Request(Http, token);
            status = (int)accepted.StatusCode;
        }
    }

    [Fact]
    public async Task Without_a_valid_token_nothing_is_streamed_and_nothing_is_done()
    {
        using var none = await EventStream.Request(Http, null);
        using var wrong = await EventStream.Request(Http, "wrong");

        Assert.Equal((401, 401), ((int)none.StatusCode, (int)wrong.StatusCode));
        Assert.Equal(401, (await EventStream.Post(Http, "wrong", Message("no", "c1"))).Status);
    }

    [Fact]
    public async Task Session_of_somebody_else_is_neither_shown_nor_written_to()
    {
        var token = TestNode.Token("sse-alice");
        await using var alice = await EventStream.Connect(Http, token);
        await alice.Next("connection_status");
        await EventStream.Post(Http, token, Message("a secret of alice", "c1"));
        var session = (await alice.NextDone()).Text("session_id")!;

        var stranger = TestNode.Token("sse-mallory");
        await using var mallory = await EventStream.Connect(Http, stranger, $"session_id={session}&last_seq=0", $"{session}.0");
        var status = await mallory.Next("connection_status");
        var reply = Assert.Single(
            Replies(await EventStream.Post(Http, stranger, Message("mine", "c1"), $"session_id={session}&last_seq=0"))
        );
        await mallory.NextDone();

        Assert.NotEqual(session, status.Text("session_id"));
        Assert.Equal(status.Text("session_id"), reply.Text("session_id"));
        Assert.DoesNotContain(mallory.Seen, frame => frame.GetRawText().Contains("alice"));
        var history = await Http.Rest("GET", $"/sessions/{session}", "sse-alice");
        Assert.DoesNotContain("mine", history.Text);
    }

    [Fact]
    public async Task Withdrawn_token_ends_the_stream_with_the_code_of_a_socket()
    {
        var old = Jwt.Sign($$"""{"user_id":"sse-out","roles":[],"iat":{{At(-10)}},"exp":{{At(3600)}}}""");
        await using var stream = await EventStream.Connect(Http, old);
        await stream.Next("connection_status");

        using var request = new HttpRequestMessage(HttpMethod.Post, $"{TinyHost.Prefix}/admin/users/sse-out/disconnect");
        request.Headers.Authorization = new("Bearer", TestNode.Token("root", "admin"));
        using var answer = await Http.SendAsync(request);
        Assert.Equal(200, (int)answer.StatusCode);

        await stream.UntilClosed();
        Assert.Equal("INVALID_TOKEN", stream.Seen[^1].ErrorCode());
        Assert.Equal(4001, stream.Closed?.Code);
    }

    [Fact]
    public async Task Node_that_stops_asks_the_client_to_come_back_and_ends_the_stream()
    {
        await using var node = await NodeProcess.Start();
        await using var stream = await EventStream.Connect(node.Http, TestNode.Token("sse-drain"));
        await stream.Next("connection_status");

        await node.SendTerm();
        await stream.UntilClosed();

        Assert.Equal("reconnect", stream.Seen[^1].Metadata("reason"));
        Assert.Equal(1001, stream.Closed?.Code);
        Assert.Equal(0, await node.Exited());
    }

    private static long At(int seconds) => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + seconds;

    private static object Message(string content, string id) =>
        new
        {
            type = "user_message",
            content,
            id,
        };

    private static List<JsonElement> Replies(RestAnswer answer) => [.. answer.Json.GetProperty("replies").EnumerateArray()];

    private static (int, string?) Refusal(RestAnswer answer) => (answer.Status, answer.Code);

    private static string TextOf(EventStream stream, string messageId)
    {
        var text = "";
        foreach (var piece in stream.Seen.Where(f => f.Type() == "ai_response" && f.Text("message_id") == messageId))
        {
            Assert.Equal(text.Length, piece.GetProperty("offset").GetInt32());
            text += piece.Text("content");
        }

        return text;
    }
}
