using System.Text.Json;
using Chatbox.Messages.Frames;

namespace Chatbox.Tests.Contract.Files;

/// <summary>Messages with files on real sockets: every device sees them once, also after a resumption, and the history has them. Protocol section 7.</summary>
public sealed class FileFrameTests(ScriptedNode host) : IClassFixture<ScriptedNode>
{
    private const string Address = "https://1.1.1.1/pictures/cat.png";

    [Theory]
    [InlineData("file_upload")]
    [InlineData("voice_message")]
    public async Task File_is_shown_once_to_every_device_the_sender_included_and_answered(string type)
    {
        var user = $"shares {type}";
        await using var sender = await host.Node.Connect(user);
        await using var other = await host.Node.Connect(user);
        await sender.Next("connection_status");
        var session = (await other.Next("connection_status")).Text("session_id")!;

        // The replaced service's client sends its metadata as numbers.
        await sender.SendText(
            $$$"""{"type":"{{{type}}}","id":"f1","file_id":"theirs","file_url":"{{{Address}}}","metadata":{"file_size":1234,"shared":true}}"""
        );
        var own = await sender.Next(type);
        var ack = await sender.Next("ack");
        await sender.NextDone();
        var shown = await other.Next(type);
        await other.NextDone();

        Assert.Equal((ack.Seq(), ack.Text("message_id")), (own.Seq(), own.Text("message_id")));
        Assert.Equal(own.GetRawText(), shown.GetRawText());
        Assert.Equal(("", "theirs", Address), (shown.Text("content"), shown.Text("file_id"), shown.Text("file_url")));
        Assert.Equal(("1234", "true"), (shown.Metadata("file_size"), shown.Metadata("shared")));
        Assert.Equal("user", shown.Text("sender"));
        Assert.Contains(other.Seen, f => f.Type() == "notification" && f.Metadata("reason") == "files_not_read");
        Check(shown);
        Assert.Single(sender.Seen, f => f.Type() == type);
        Assert.Single(other.Seen, f => f.Type() == type);

        // The same id again does nothing more.
        await sender.SendText($$"""{"type":"{{type}}","id":"f1","file_id":"theirs","file_url":"{{Address}}"}""");
        Assert.Equal(ack.GetRawText(), (await sender.Next("ack")).GetRawText());

        await using var late = await host.Node.Connect(user, $"session_id={session}&last_seq=0");
        Check(await late.Next(type));
        await late.NextDone();
        Assert.Single(late.Seen, f => f.Type() == type);

        var history = await host.Node.Http.RestUntil($"/sessions/{session}", user, a => a.Status == 200);
        var first = history.Json.GetProperty("messages")[0];
        Assert.Equal(type, first.Text("type"));
        Assert.Equal(Address, first.Text("file_url"));
        Check(first);
        Assert.Equal("cat.png", history.Json.Text("name"));
    }

    [Fact]
    public async Task Message_names_several_files_only_by_ids_of_this_service()
    {
        await using var client = await host.Node.Connect("many");
        await client.SendText("""{"type":"user_message","id":"m1","content":"look","metadata":{"file_ids":"nonsense"}}""");
        var malformed = await client.Next("error");
        Assert.Equal((ErrorCode.InvalidFormat, "metadata"), (malformed.ErrorCode(), malformed.Metadata("field")));
    }

    [Fact]
    public async Task File_of_this_service_that_nobody_has_uploaded_is_refused_by_its_field()
    {
        await using var client = await host.Node.Connect("no such file");
        await client.SendText("""{"type":"file_upload","id":"f1","file_id":"00112233445566778899aabbccddeeff","file_url":"/files/x"}""");
        var error = await client.Next("error");
        Assert.Equal((ErrorCode.NotFound, "file_id", "f1"), (error.ErrorCode(), error.Metadata("field"), error.Text("id")));
    }

    private static void Check(JsonElement message)
    {
        var file = Assert.Single(message.GetProperty("files").EnumerateArray());
        Assert.Equal(("theirs", Address), (file.Text("file_id"), file.Text("file_url")));
        Assert.Equal(("cat.png", "image/png"), (file.Text("name"), file.Text("mime_type")));
    }
}
