using System.Text.Json;
using Chatbox.Tests.Harness.Files;
using Chatbox.Tests.Servers;
using static Chatbox.Tests.Contract.Files.ModelFilesNode;

namespace Chatbox.Tests.Contract.Files;

/// <summary>Files that models return, from each provider's stream to people's screens. Protocol section 7, "Files from models".</summary>
public sealed class ModelReturnsFileTests(ModelFilesNode host) : IClassFixture<ModelFilesNode>
{
    private static int _pictures;

    public static TheoryData<string> Providers => ["openai-blind", "anthropic-blind", "dify-sees"];

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Picture_is_shown_before_the_end_and_in_the_history_to_those_who_may_see_it(string model)
    {
        await using var talk = await host.Talk(model);
        var picture = Picture();
        Script(talk, ModelScript.Begin().Pieces("Here ").Raw(Event(model, picture)).Pieces("it is.").Usage(7, 2).End());

        var done = await Ask(talk);

        Assert.Equal(("stop", "Here it is."), (done.Metadata("finish_reason"), talk.Client.TextOf(done.Text("message_id")!)));
        var file = Assert.Single(talk.Client.Seen, frame => frame.Type() == "file_upload");
        Assert.Equal(("ai", done.Text("message_id"), "1"), (file.Text("sender"), file.Metadata("of"), done.Metadata("files")));
        Assert.True(file.GetProperty("seq").GetInt64() < done.GetProperty("seq").GetInt64());
        var listed = file.GetProperty("files")[0];
        Assert.Equal(
            ("image/png", picture.Length, 64),
            (listed.Text("mime_type"), listed.GetProperty("size").GetInt32(), listed.GetProperty("width").GetInt32())
        );
        Assert.Equal(picture, await host.Node.Http.GetByteArrayAsync(file.Text("file_url")));

        var session = done.Text("session_id")!;
        var stored = Assert.Single(await History(session, talk.User), item => item.Text("type") == "file_upload");
        Assert.Equal(("ai", done.Text("message_id")), (stored.Text("sender"), stored.Metadata("of")));
        Assert.Equal(picture, await host.Node.Http.GetByteArrayAsync(stored.Text("file_url")));
        var id = stored.Text("file_id")!;
        Assert.Equal((200, 404, 200), (await Status(id, talk.User), await Status(id, "somebody-else"), await Status(id, "root", "admin")));
        var share = (await host.Node.Http.Rest("POST", $"/sessions/{session}/share", talk.User)).Json.Text("share_token");
        var shared = (await host.Node.Http.Rest("GET", $"/shared/{share}", null)).Json.GetProperty("messages").EnumerateArray();
        var seen = Assert.Single(shared, item => item.Text("type") == "file_upload");
        Assert.Equal(
            (done.Text("message_id"), 200),
            (seen.Metadata("of"), (int)(await host.Node.Http.GetAsync(seen.Text("file_url"))).StatusCode)
        );

        Assert.Equal(204, (await host.Node.Http.Rest("DELETE", $"/sessions/{session}", talk.User)).Status);
        Assert.Equal(404, await Status(id, talk.User));
        Assert.False(StoredFiles.Hold(Path.Combine(host.Node.Options.Store.DataDirectory, "files"), picture));
    }

    [Fact]
    public async Task Answer_that_is_only_a_picture_is_an_answer()
    {
        await using var talk = await host.Talk("openai-blind");
        Script(talk, ModelScript.Begin().Raw(Event("openai", Picture())).End());

        var done = await Ask(talk);

        Assert.Equal("stop", done.Metadata("finish_reason"));
        var answer = Assert.Single(await History(done.Text("session_id")!, talk.User), item => item.Text("type") == "ai_response");
        Assert.Equal("The model answered with a file.", answer.Text("content"));
        Assert.DoesNotContain(talk.Client.Seen, frame => frame.Type() == "error");
    }

    [Fact]
    public async Task File_that_comes_in_a_piece_and_with_the_whole_message_is_shown_once()
    {
        await using var talk = await host.Talk("openai-blind");
        var address = $"data:image/png;base64,{Convert.ToBase64String(Picture())}";
        var whole = new
        {
            choices = new[]
            {
                new
                {
                    index = 0,
                    message = new { content = "", images = new[] { Image(address) } },
                    finish_reason = "stop",
                },
            },
        };
        Script(talk, ModelScript.Begin().Raw(Chunk(new { images = new[] { Image(address) } })).Raw(Data(whole)).Raw("data: [DONE]\n\n"));

        await Ask(talk);

        Assert.Single(talk.Client.Seen, frame => frame.Type() == "file_upload");
    }

    [Fact]
    public async Task Large_file_in_one_event_arrives_whole_and_with_its_true_type()
    {
        await using var talk = await host.Talk("openai-blind");
        var sound = SampleFiles.Wav(2_000_000);
        Random.Shared.NextBytes(sound.AsSpan(1_000));
        Script(talk, ModelScript.Begin().Pieces("Listen.").Raw(Event("openai", sound, "audio/wav")).End());

        await Ask(talk);

        var file = Assert.Single(talk.Client.Seen, frame => frame.Type() == "file_upload");
        Assert.Equal(
            ("audio/wav", "file-1.wav"),
            (file.GetProperty("files")[0].Text("mime_type"), file.GetProperty("files")[0].Text("name"))
        );
        Assert.Equal(sound, await host.Node.Http.GetByteArrayAsync(file.Text("file_url")));
    }

    [Fact]
    public async Task Bad_files_are_told_with_name_and_reason_and_good_ones_beside_them_are_shown()
    {
        await using var talk = await host.Talk("openai-blind");
        string[] addresses =
        [
            $"data:image/svg+xml;base64,{Convert.ToBase64String(SampleFiles.Svg("<script>alert(1)</script>"))}",
            $"data:image/png;base64,{Convert.ToBase64String(SampleImages.HugePng(30_000, 30_000))}",
            "data:image/png;base64,this is no Base64",
            "https://169.254.169.254/latest/meta-data",
            "http://example.org/a.png",
            $"data:image/png;base64,{Convert.ToBase64String(Picture())}",
        ];
        Script(talk, ModelScript.Begin().Raw(Chunk(new { images = addresses.Select(Image) })).Pieces("All of it.").End());

        var done = await Ask(talk);

        var told = talk.Client.Seen.Where(frame => frame.Metadata("reason") == "file_refused").ToList();
        Assert.Equal(["image-1", "image-2", "image-3", "file-4", "image-5"], told.Select(frame => frame.Metadata("name")));
        Assert.All(told, frame => Assert.Equal(done.Text("message_id"), frame.Metadata("of")));
        Assert.Contains("script", told[0].Text("content"), StringComparison.Ordinal);
        Assert.Contains("its address is not a public https address", told[3].Text("content"), StringComparison.Ordinal);
        Assert.Single(talk.Client.Seen, frame => frame.Type() == "file_upload");
        Assert.Equal(["active", "bomb", "empty", "address", "address"], told.Select(frame => frame.Metadata("fault")));
        var history = await History(done.Text("session_id")!, talk.User);
        Assert.Equal(
            told.Select(frame => frame.Metadata("fault")),
            history.Where(item => item.Text("type") == "notification").Select(item => item.Metadata("fault"))
        );
    }

    [Fact]
    public async Task Location_in_a_photo_is_taken_out()
    {
        await using var talk = await host.Talk("openai-blind");
        var photo = SampleImages.WithExif(SampleImages.Of(".jpg"));
        Script(talk, ModelScript.Begin().Raw(Event("openai", photo)).End());

        await Ask(talk);

        var file = Assert.Single(talk.Client.Seen, frame => frame.Type() == "file_upload");
        var stored = await host.Node.Http.GetByteArrayAsync(file.Text("file_url"));
        Assert.True(photo.AsSpan().IndexOf("Exif"u8) >= 0);
        Assert.True(stored.AsSpan().IndexOf("Exif"u8) < 0);
    }

    [Fact]
    public async Task Regenerated_answer_has_its_own_picture()
    {
        await using var talk = await host.Talk("openai-blind");
        Script(talk, ModelScript.Begin().Raw(Event("openai", Picture())).End());
        var first = await Ask(talk);
        Script(talk, ModelScript.Begin().Raw(Event("openai", Picture())).End());
        await talk.Client.Send(new { type = "regenerate", id = "again" });
        var second = await talk.Client.NextDone();

        var history = await History(second.Text("session_id")!, talk.User);

        Assert.Equal(
            [first.Text("message_id"), second.Text("message_id")],
            history.Where(item => item.Text("type") == "file_upload").Select(item => item.Metadata("of"))
        );
    }

    [Fact]
    public async Task File_of_an_app_that_is_listed_only_at_the_end_is_shown_under_its_name()
    {
        await using var talk = await host.Talk("dify-sees");
        var report = host.Models.Files["listed.pdf"] = SampleFiles.Pdf("Report");
        var end = new
        {
            @event = "message_end",
            conversation_id = "c",
            files = new[]
            {
                new
                {
                    filename = "report.pdf",
                    mime_type = "application/pdf",
                    url = "/files/tools/listed.pdf?sign=x",
                },
            },
        };
        Script(talk, ModelScript.Begin().Pieces("Done.").Raw(Data(end)));

        await Ask(talk);

        var file = Assert.Single(talk.Client.Seen, frame => frame.Type() == "file_upload");
        Assert.Equal("report.pdf", file.GetProperty("files")[0].Text("name"));
        Assert.Equal(report, await host.Node.Http.GetByteArrayAsync(file.Text("file_url")));
    }

    /// <summary>A picture like no other.</summary>
    private static byte[] Picture() => SampleImages.Of(".png", 64, 40 + Interlocked.Increment(ref _pictures));

    private void Script(FileTalker talk, ModelScript script) => host.Scripts[talk.User] = script;

    private static async Task<JsonElement> Ask(FileTalker talk)
    {
        await talk.Client.Send(
            new
            {
                type = "user_message",
                id = $"ask-{Guid.NewGuid():n}",
                content = $"draw, {talk.User}",
            }
        );
        return await talk.Client.NextDone();
    }

    private async Task<List<JsonElement>> History(string session, string user) =>
        [.. (await host.Node.Http.Rest("GET", $"/sessions/{session}", user)).Json.GetProperty("messages").EnumerateArray()];

    private async Task<int> Status(string file, string user, params string[] roles) =>
        (await host.Node.Http.Rest("GET", $"/files/{file}", user, roles)).Status;

    private string Event(string model, byte[] content, string type = "image/png")
    {
        var base64 = Convert.ToBase64String(content);
        if (model.StartsWith("openai", StringComparison.Ordinal))
            return Chunk(new { images = new[] { Image($"data:{type};base64,{base64}") } });
        if (model.StartsWith("anthropic", StringComparison.Ordinal))
            return Data(
                new
                {
                    type = "content_block_start",
                    index = 1,
                    content_block = new
                    {
                        type = "image",
                        source = new
                        {
                            type = "base64",
                            media_type = "image/png",
                            data = base64,
                        },
                    },
                }
            );
        var name = $"{Guid.NewGuid():n}.png";
        host.Models.Files[name] = content;
        return Data(
                new
                {
                    @event = "message_file",
                    id = "f",
                    conversation_id = "c",
                    type = "image",
                    belongs_to = "assistant",
                    url = $"/files/tools/{name}?sign=x",
                }
            )
            + Data(
                new
                {
                    @event = "message_file",
                    id = "g",
                    conversation_id = "c",
                    type = "image",
                    belongs_to = "user",
                    url = $"/files/tools/other.png",
                }
            );
    }

    private static object Image(string address) => new { type = "image_url", image_url = new { url = address } };

    private static string Chunk(object delta) => Data(new { choices = new[] { new { index = 0, delta } } });

    private static string Data(object value) => $"data: {JsonSerializer.Serialize(value)}\n\n";
}
