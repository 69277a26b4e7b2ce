using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Chatbox.Tests.Contract.Sockets;

/// <summary>The validation of frames over a real socket. Protocol section 4; <c>FrameReaderTests</c> covers the exact bounds.</summary>
public sealed class EnvelopeTests(ScriptedNode host) : IClassFixture<ScriptedNode>
{
    private static int _users;

    private readonly string _user = $"envelope-{Interlocked.Increment(ref _users)}";

    public static TheoryData<string, string, string?, string?> Refused() =>
        new()
        {
            // JSON syntax
            { "", "INVALID_FORMAT", null, null },
            { "   ", "INVALID_FORMAT", null, null },
            { "hello", "INVALID_FORMAT", null, null },
            { "null", "INVALID_FORMAT", null, null },
            { "[]", "INVALID_FORMAT", null, null },
            { "\"ping\"", "INVALID_FORMAT", null, null },
            { """{"type":"ping" """, "INVALID_FORMAT", null, null },
            { """{"type":"ping"} x""", "INVALID_FORMAT", null, null },
            { """{"type":"ping"}{"type":"ping"}""", "INVALID_FORMAT", null, null },
            { """{"type":"ping",}""", "INVALID_FORMAT", null, null },
            { """{"type":"ping"/*why*/}""", "INVALID_FORMAT", null, null },
            { "\uFEFF{\"type\":\"ping\"}", "INVALID_FORMAT", null, null },
            { $$"""{"type":"ping","deep":{{new string('[', 64)}}{{new string(']', 64)}}}""", "INVALID_FORMAT", null, null },
            { new string('[', 100_000), "INVALID_FORMAT", null, null },
            // the frame's type
            { "{}", "MISSING_FIELD", "type", null },
            { """{"type":null,"id":"r1"}""", "MISSING_FIELD", "type", "r1" },
            { """{"type":" ","id":"r1"}""", "MISSING_FIELD", "type", "r1" },
            { """{"type":7,"id":"r1"}""", "INVALID_FORMAT", "type", "r1" },
            { """{"type":"nonsense","id":"r1"}""", "INVALID_FORMAT", "type", "r1" },
            { """{"type":"PING","id":"r1"}""", "INVALID_FORMAT", "type", "r1" },
            { """{"type":"ai_response","content":"I am the model","id":"r1"}""", "INVALID_FORMAT", "type", "r1" },
            { """{"type":"nonsense","content":["wrong"],"id":"r1"}""", "INVALID_FORMAT", "type", "r1" },
            // required fields of the type
            { """{"type":"user_message","id":"r1"}""", "MISSING_FIELD", "content", "r1" },
            { """{"type":"user_message","content":" \u0000\t\n ","id":"r1"}""", "MISSING_FIELD", "content", "r1" },
            { """{"type":"user_message","content":5,"id":"r1"}""", "INVALID_FORMAT", "content", "r1" },
            { """{"type":"user_message","content":{"text":"hi"},"id":"r1"}""", "INVALID_FORMAT", "content", "r1" },
            { """{"type":"user_message","content":"half a pair \ud83d","id":"r1"}""", "INVALID_FORMAT", "content", "r1" },
            { """{"type":"model_select","id":"r1"}""", "MISSING_FIELD", "model_id", "r1" },
            { """{"type":"model_select","model_id":["one"],"id":"r1"}""", "INVALID_FORMAT", "model_id", "r1" },
            { """{"type":"typing_indicator","id":"r1"}""", "MISSING_FIELD", "content", "r1" },
            { """{"type":"typing_indicator","content":"maybe","id":"r1"}""", "INVALID_FORMAT", "content", "r1" },
            { """{"type":"token_refresh","id":"r1"}""", "MISSING_FIELD", "content", "r1" },
            { """{"type":"file_upload","file_url":"https://x","id":"r1"}""", "MISSING_FIELD", "file_id", "r1" },
            { """{"type":"file_upload","file_id":"x","id":"r1"}""", "MISSING_FIELD", "file_url", "r1" },
            { """{"type":"voice_message","file_id":"x","id":"r1"}""", "MISSING_FIELD", "file_url", "r1" },
            // other fields: their type, then their length
            { """{"type":"user_message","content":"hi","id":7}""", "INVALID_FORMAT", "id", null },
            { """{"type":"user_message","content":"hi","session_id":7,"id":"r1"}""", "INVALID_FORMAT", "session_id", "r1" },
            { """{"type":"user_message","content":"hi","timestamp":7,"id":"r1"}""", "INVALID_FORMAT", "timestamp", "r1" },
            { """{"type":"user_message","content":"hi","timestamp":"yesterday","id":"r1"}""", "INVALID_FORMAT", "timestamp", "r1" },
            {
                """{"type":"user_message","content":"hi","timestamp":"2999-01-01T00:00:00Z","id":"r1"}""",
                "INVALID_FORMAT",
                "timestamp",
                "r1"
            },
            { """{"type":"user_message","content":"hi","metadata":"x","id":"r1"}""", "INVALID_FORMAT", "metadata", "r1" },
            { """{"type":"user_message","content":"hi","metadata":[],"id":"r1"}""", "INVALID_FORMAT", "metadata", "r1" },
            { """{"type":"user_message","content":"hi","metadata":{"a":{"b":1}},"id":"r1"}""", "INVALID_FORMAT", "metadata", "r1" },
            { """{"type":"user_message","content":"hi","metadata":{"a":[1,2]},"id":"r1"}""", "INVALID_FORMAT", "metadata", "r1" },
            { $$"""{"type":"user_message","content":"hi","metadata":{{Metadata(51)}},"id":"r1"}""", "INVALID_FORMAT", "metadata", "r1" },
            { Over("content", 10_001, "user_message"), "INVALID_FORMAT", "content", "r1" },
            { $$"""{"type":"user_message","content":"hi","id":"{{new string('i', 65)}}"}""", "INVALID_FORMAT", "id", null },
            { Over("session_id", 129, "stop"), "INVALID_FORMAT", "session_id", "r1" },
            { Over("model_id", 101, "model_select"), "INVALID_FORMAT", "model_id", "r1" },
            { Over("message_id", 129, "stop"), "INVALID_FORMAT", "message_id", "r1" },
            { """{"type":"stop","message_id":7,"id":"r1"}""", "INVALID_FORMAT", "message_id", "r1" },
            { Over("file_id", 256, "stop"), "INVALID_FORMAT", "file_id", "r1" },
            { Over("file_url", 2_049, "stop"), "INVALID_FORMAT", "file_url", "r1" },
            { """{"type":"feedback","id":"r1"}""", "MISSING_FIELD", "content", "r1" },
            { """{"type":"feedback","content":"sideways","id":"r1"}""", "INVALID_FORMAT", "content", "r1" },
            {
                $$"""{"type":"feedback","content":"up","message_id":"{{new string('x', 129)}}","id":"r1"}""",
                "INVALID_FORMAT",
                "message_id",
                "r1"
            },
            { """{"type":"feedback","content":"up","metadata":"x","id":"r1"}""", "INVALID_FORMAT", "metadata", "r1" },
            { """{"type":"seen","id":"r1"}""", "MISSING_FIELD", "metadata", "r1" },
            { """{"type":"seen","metadata":{"seq":"far"},"id":"r1"}""", "INVALID_FORMAT", "metadata", "r1" },
            { """{"type":"seen","metadata":{"seq":-1},"id":"r1"}""", "INVALID_FORMAT", "metadata", "r1" },
            { """{"type":"seen","metadata":{"seq":1.5},"id":"r1"}""", "INVALID_FORMAT", "metadata", "r1" },
            { """{"type":"note","id":"r1"}""", "MISSING_FIELD", "content", "r1" },
            { Over("content", 10_001, "note"), "INVALID_FORMAT", "content", "r1" },
            { """{"type":"admin_transfer","id":"r1"}""", "MISSING_FIELD", "content", "r1" },
            { Over("content", 256, "admin_transfer"), "INVALID_FORMAT", "content", "r1" },
            { """{"type":"admin_transfer","content":"a\u0001b","id":"r1"}""", "INVALID_FORMAT", "content", "r1" },
            // order: a missing field is reported before one that is too long
            { $$"""{"type":"user_message","session_id":"{{new string('s', 129)}}","id":"r1"}""", "MISSING_FIELD", "content", "r1" },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Bad_frame_gets_one_error_and_changes_nothing(string frame, string code, string? field, string? id)
    {
        await using var client = await host.Node.Connect(_user);
        await client.Next("connection_status");
        await client.SendText(frame);
        await client.SendText("""{"type":"stop","id":"after"}""");
        var ack = await client.Next("ack");

        Assert.Equal(["connection_status", "error", "ack"], client.Seen.Select(f => f.Type()));
        var error = client.Seen[1];
        Assert.Equal(code, error.ErrorCode());
        Assert.Equal(field, error.Metadata("field"));
        Assert.Equal(id, error.Text("id"));
        Assert.Equal("ai", error.Text("sender"));
        Assert.True(error.GetProperty("error").GetProperty("recoverable").GetBoolean());
        Assert.False(string.IsNullOrEmpty(error.GetProperty("error").Text("message")));

        // The stop is the only event in the session's journal.
        Assert.Equal(1, ack.Seq());
    }

    public static TheoryData<string, string> Accepted() =>
        new()
        {
            { """{"content":"  hi \u0000there\r\n "}""", """{"content":"hi there","metadata":null}""" },
            { """{"content":"<b>bold</b> & \"quoted\""}""", """{"content":"<b>bold</b> & \"quoted\"","metadata":null}""" },
            { """{"content":"\u0001\u007f\u2028 日本語 😀"}""", """{"content":"\u0001\u007f\u2028 日本語 😀","metadata":null}""" },
            { """{"content":"first","content":"second"}""", """{"content":"second","metadata":null}""" },
            { """{"content":5,"content":"second"}""", """{"content":"second","metadata":null}""" },
            {
                """{"content":"scalars","metadata":{"s":" x ","n":1.50e3,"t":true,"f":false,"z":null}}""",
                """{"content":"scalars","metadata":{"f":"false","n":"1.50e3","s":"x","t":"true","z":""}}"""
            },
            {
                """{"content":"unknown","x":{"y":[{"z":"\ud800"}]},"sender":"admin","seq":7,"message_id":9,"offset":"no","user_id":"root"}""",
                """{"content":"unknown","metadata":null}"""
            },
            { """{"content":"nulls","metadata":null,"timestamp":null,"session_id":null}""", """{"content":"nulls","metadata":null}""" },
            { $$"""{"content":"   {{new string('a', 10_000)}}   "}""", $$"""{"content":"{{new string('a', 10_000)}}","metadata":null}""" },
            { $$"""{"content":"{{Repeat("😀", 10_000)}}"}""", $$"""{"content":"{{Repeat("😀", 10_000)}}","metadata":null}""" },
            { $$"""{"content":"keys","metadata":{{Metadata(50)}}}""", $$"""{"content":"keys","metadata":{{Metadata(50)}}}""" },
        };

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task Message_reaches_the_other_viewers_sanitised(string fields, string expected)
    {
        await using var client = await host.Node.Connect(_user);
        await using var other = await host.Node.Connect(_user);
        await client.Next("connection_status");
        await other.Next("connection_status");
        await client.SendText($$"""{"type":"user_message","id":"a1",{{fields[1..]}}""");
        await client.Next("ack");

        var shown = await other.Next("user_message");
        var seen = JsonSerializer.Serialize(
            new { content = shown.Text("content"), metadata = shown.TryGetProperty("metadata", out var m) ? m : (JsonElement?)null }
        );
        Assert.Equal(JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(expected)), seen);
        Assert.Equal("user", shown.Text("sender"));
    }

    [Fact]
    public async Task Time_stamp_of_the_client_is_shown_in_utc_and_defaults_to_now()
    {
        await using var client = await host.Node.Connect(_user);
        await using var other = await host.Node.Connect(_user);
        await client.Next("connection_status");
        await other.Next("connection_status");

        await client.SendText("""{"type":"user_message","content":"then","timestamp":"2024-02-29T23:30:00.123456789+02:30"}""");
        Assert.Equal("2024-02-29T21:00:00.123Z", (await other.Next("user_message")).Text("timestamp"));

        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        await client.SendText("""{"type":"user_message","content":"now"}""");
        var now = (await other.Next("user_message")).GetProperty("timestamp").GetDateTimeOffset();
        Assert.InRange(now, before, TimeProvider.System.GetUtcNow().AddSeconds(1));

        var soon = TimeProvider.System.GetUtcNow().AddSeconds(30);
        await client.Send(
            new
            {
                type = "user_message",
                content = "soon",
                timestamp = soon,
            }
        );
        var shown = (await other.Next("user_message")).GetProperty("timestamp").GetDateTimeOffset();
        Assert.InRange(soon - shown, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Values_at_their_bounds_are_let_in()
    {
        await using var client = await host.Node.Connect(_user);
        await client.Next("connection_status");
        var id = new string('i', 64);
        await client.SendText(
            $$"""{"type":"stop","id":"{{id}}","session_id":"{{new string('s', 128)}}","file_id":"{{new string('f', 255)}}","file_url":"{{new string(
                'u',
                2_048
            )}}"}"""
        );
        Assert.Equal(id, (await client.Next("ack")).Text("id"));

        // An unknown model, but not too long.
        await client.SendText($$"""{"type":"model_select","model_id":"{{new string('m', 100)}}"}""");
        Assert.Equal("NOT_FOUND", (await client.Next("error")).ErrorCode());

        await client.SendText($$"""{"type":"ping","deep":{{new string('[', 63)}}{{new string(']', 63)}}}""");
        await client.Next("pong");
    }

    [Theory]
    [InlineData("file_upload", ""","file_id":"x","file_url":"https://x"}""")]
    [InlineData("file_upload", ""","file_id":"x","file_url":"http://1.1.1.1/x"}""")]
    [InlineData("voice_message", ""","file_id":"x","file_url":"https://169.254.169.254/latest"}""")]
    public async Task File_at_an_address_that_is_not_public_is_refused_clearly(string type, string rest)
    {
        await using var client = await host.Node.Connect(_user);
        await client.SendText($$"""{"type":"{{type}}","id":"n1"{{rest}}""");
        var error = await client.Next("error");

        Assert.Equal("INVALID_FORMAT", error.ErrorCode());
        Assert.Equal("n1", error.Text("id"));
        Assert.Equal("file_url", error.Metadata("field"));
    }

    [Fact]
    public async Task Binary_frame_is_as_good_as_text()
    {
        await using var client = await host.Node.Connect(_user);
        await client.SendBytes("""{"type":"user_message","content":"in binary","id":"b1"}"""u8.ToArray(), WebSocketMessageType.Binary);

        Assert.Equal("b1", (await client.Next("ack")).Text("id"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    public async Task Message_may_come_in_fragments_of_any_size(int size)
    {
        await using var client = await host.Node.Connect(_user);
        await using var other = await host.Node.Connect(_user);
        await other.Next("connection_status");
        var message = Encoding.UTF8.GetBytes("""{"type":"user_message","content":"in fragments: 日本語 😀","id":"f1"}""");
        await client.Socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Text, false, CancellationToken.None);
        foreach (var part in message.Chunk(size))
            await client.Socket.SendAsync(part, WebSocketMessageType.Text, false, CancellationToken.None);
        await client.Socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Text, true, CancellationToken.None);

        await client.Next("ack");
        Assert.Equal("in fragments: 日本語 😀", (await other.Next("user_message")).Text("content"));
    }

    [Fact]
    public async Task Broken_utf8_is_refused_and_harms_nobody()
    {
        await using var client = await host.Node.Connect(_user);
        await using var other = await host.Node.Connect(_user);
        byte[] broken = [.. """{"type":"user_message","id":"u1","content":" """u8, 0xC3, 0x28, .. "\"}"u8];
        await client.SendBytes(broken, WebSocketMessageType.Binary);
        var error = await client.Next("error");
        Assert.Equal("INVALID_FORMAT", error.ErrorCode());
        Assert.Equal("content", error.Metadata("field"));

        // A text frame must be UTF-8 (RFC 6455 section 8.1). This one ends its own connection and no other.
        await client.SendBytes(broken, WebSocketMessageType.Text);
        await client.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        await other.SendText("""{"type":"stop","id":"alive"}""");
        await other.Next("ack");
        Assert.DoesNotContain(other.Seen, f => f.Type() is "error" or "user_message");
    }

    private static string Over(string field, int length, string type) =>
        $$"""{"type":"{{type}}","{{field}}":"{{new string('x', length)}}","id":"r1"}""";

    private static string Metadata(int keys) =>
        JsonSerializer.Serialize(Enumerable.Range(100, keys).ToDictionary(n => $"k{n}", _ => new string('v', 1_000)));

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
