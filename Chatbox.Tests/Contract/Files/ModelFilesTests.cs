using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Tests.Harness.Files;
using Chatbox.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;
using NetVips;
using static Chatbox.Tests.Contract.Files.ModelFilesNode;

namespace Chatbox.Tests.Contract.Files;

/// <summary>What providers receive of the files of messages, to the byte, and what people are told. Protocol section 7.</summary>
public sealed class ModelFilesTests(ModelFilesNode host) : IClassFixture<ModelFilesNode>
{
    private static readonly byte[] Photo = SampleImages.Of(".jpg", 4_000, 3_000);

    [Theory]
    [InlineData("openai-sees", "image_url", ".jpg", "image/jpeg")]
    [InlineData("anthropic-sees", "image", ".jpg", "image/jpeg")]
    [InlineData("openai-sees", "image_url", ".png", "image/png")]
    [InlineData("anthropic-sees", "image", ".webp", "image/webp")]
    [InlineData("anthropic-sees", "image", ".gif", "image/gif")]
    public async Task Image_reaches_a_model_that_sees_as_a_small_picture(string model, string kind, string extension, string type)
    {
        await using var talk = await host.Talk(model);
        var words = $"what is this, {talk.User}?";

        await talk.Show(words, (SampleImages.Of(extension, 4_000, 3_000), $"holiday{extension}"));

        var sent = Sent.Last(Assert.Single(host.RequestsWith(words)));
        Assert.Equal($"{words}\n\n[Attached: holiday{extension} ({type}).]", sent.Text);
        var part = Assert.Single(sent.Parts);
        Assert.Equal((kind, "image/jpeg"), (part.Kind, part.Type));
        using var picture = Image.NewFromBuffer(part.Bytes);
        Assert.InRange(picture.Width, 1_200, 1_568);
        Assert.InRange(picture.Width * picture.Height, 1, 1_200_000);
        Assert.InRange((double)picture.Width / picture.Height, 1.32, 1.34);
        Assert.True(SampleImages.Corner(part.Bytes) < 60);
        Assert.Empty(talk.Told());
    }

    [Theory]
    [InlineData("openai-blind")]
    [InlineData("anthropic-blind")]
    public async Task Model_that_does_not_see_gets_the_name_and_the_person_is_told(string model)
    {
        await using var talk = await host.Talk(model);
        var words = $"what is this, {talk.User}?";

        await talk.Show(words, (Photo, "holiday.jpg"));

        var sent = Sent.Last(Assert.Single(host.RequestsWith(words)));
        Assert.Equal($"{words}\n\n[Attached: holiday.jpg (image/jpeg). You cannot open this file.]", sent.Text);
        Assert.Empty(sent.Parts);
        Assert.Equal("The model cannot open holiday.jpg. It is told the name and the type only.", Assert.Single(talk.Told()));
    }

    [Fact]
    public async Task Person_is_told_only_of_files_that_this_model_cannot_read()
    {
        var files = new[] { (Photo, "a.jpg"), (SampleFiles.Text("read me"), "b.txt"), (SampleFiles.Zip(("c.txt", [1])), "c.zip") };
        await using var sees = await host.Talk("openai-sees");
        await using var blind = await host.Talk("openai-blind");

        await sees.Show("mixed for one that sees", files);
        await blind.Show("mixed for one that does not", files);

        Assert.Equal("The model cannot open c.zip. It is told the name and the type only.", Assert.Single(sees.Told()));
        Assert.Equal("The model cannot open a.jpg, c.zip. It is told the name and the type only.", Assert.Single(blind.Told()));
        var sent = Sent.Last(host.RequestsWith("mixed for one that sees").Single());
        Assert.Single(sent.Parts);
        Assert.EndsWith("[Attached: a.jpg (image/jpeg).]\n\n[Attached: b.txt (text/plain). Its text:]\nread me\n[End of b.txt]", sent.Text);
    }

    [Theory]
    [InlineData("anthropic-sees", "document")]
    [InlineData("openai-reads", "file")]
    public async Task PDF_document_reaches_a_model_that_takes_it_as_it_is(string model, string kind)
    {
        var pdf = SampleFiles.Pdf("Annual report", pages: 3);
        await using var talk = await host.Talk(model);
        var words = $"sum it up, {talk.User}";

        await talk.Show(words, (pdf, "report.pdf"));

        var sent = Sent.Last(Assert.Single(host.RequestsWith(words)));
        Assert.Equal($"{words}\n\n[Attached: report.pdf (application/pdf).]", sent.Text);
        var part = Assert.Single(sent.Parts);
        Assert.Equal((kind, "application/pdf"), (part.Kind, part.Type));
        Assert.Equal(pdf, part.Bytes);
        Assert.Empty(talk.Told());
    }

    [Theory]
    [InlineData("openai-sees")]
    [InlineData("openai-blind")]
    [InlineData("anthropic-blind")]
    public async Task PDF_document_reaches_other_models_as_its_text(string model)
    {
        await using var talk = await host.Talk(model);
        var words = $"sum it up, {talk.User}";

        await talk.Show(words, (SampleFiles.Pdf("Annual report"), "report.pdf"));

        var sent = Sent.Last(Assert.Single(host.RequestsWith(words)));
        Assert.Equal(
            $"{words}\n\n[Attached: report.pdf (application/pdf). Its text:]\nAnnual report\n[End of report.pdf]",
            sent.Text.ReplaceLineEndings("\n")
        );
        Assert.Empty(sent.Parts);
        Assert.Empty(talk.Told());
    }

    [Fact]
    public async Task PDF_document_with_too_many_pages_for_the_context_reaches_a_model_as_its_text()
    {
        await using var talk = await host.Talk("anthropic-sees");

        // Each page counts as a picture: 20 pages take more than half of 32768 tokens.
        await talk.Show("a long one", (SampleFiles.Pdf("Chapter", pages: 20), "book.pdf"));

        var sent = Sent.Last(host.RequestsWith("a long one").Single());
        Assert.Empty(sent.Parts);
        Assert.Equal(20, sent.Text.Split("Chapter").Length - 1);
    }

    [Theory]
    [InlineData("letter.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")]
    [InlineData("letter.txt", "text/plain")]
    [InlineData("letter.md", "text/markdown")]
    [InlineData("letter.csv", "text/csv")]
    [InlineData("letter.json", "application/json")]
    public async Task Documents_reach_every_model_as_their_text(string name, string type)
    {
        var text = name.EndsWith(".json", StringComparison.Ordinal) ? """{"größe": "漢字"}""" : "größe, 漢字";
        var content = name.EndsWith(".docx", StringComparison.Ordinal) ? SampleFiles.Docx(text) : SampleFiles.Text(text);
        await using var talk = await host.Talk("anthropic-blind");
        var words = $"read {name}";

        await talk.Show(words, (content, name));

        var sent = Sent.Last(host.RequestsWith(words).Single());
        Assert.Equal($"{words}\n\n[Attached: {name} ({type}). Its text:]\n{text}\n[End of {name}]", sent.Text);
        Assert.Empty(talk.Told());
    }

    [Fact]
    public async Task Text_is_cut_to_its_share_of_the_context_and_the_model_is_told()
    {
        await using var talk = await host.Talk("openai-small");
        var text = string.Join(' ', Enumerable.Range(0, 5_000).Select(n => $"{n:d4}"));

        await talk.Show("how far does it go?", (SampleFiles.Text(text), "numbers.txt"));

        // Half of 1800 tokens, at four characters a token.
        var sent = Sent.Last(host.RequestsWith("how far does it go?").Single()).Text;
        Assert.InRange(sent.Length, 3_400, 3_800);
        Assert.Contains("0000 0001 0002", sent, StringComparison.Ordinal);
        Assert.EndsWith("[numbers.txt goes on here; you have only its beginning.]", sent);
        Assert.Empty(talk.Told());
    }

    [Fact]
    public async Task Files_count_in_the_budget_so_older_exchanges_give_way_to_them()
    {
        await using var talk = await host.Talk("openai-small");
        await talk.Show("the first", (SampleFiles.Docx(new string('a', 3_000)), "first.docx"));
        await talk.Show("the second", (SampleFiles.Docx(new string('b', 3_000)), "second.docx"));
        await talk.Show("the third", (SampleFiles.Docx(new string('c', 3_000)), "third.docx"));

        // Each file costs some 770 of 1800 tokens, which nobody knows before it is read.
        var sent = Sent.All(host.RequestsWith("the third").Single());
        Assert.Equal(["the second", "the third"], sent.Select(message => message.Text.Split('\n')[0]));
        Assert.Contains(new string('b', 3_000), sent[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Regenerated_and_later_answers_get_the_same_parts_again()
    {
        await using var talk = await host.Talk("anthropic-sees");
        await talk.Show("look once", (Photo, "holiday.jpg"), (SampleFiles.Pdf("Page"), "page.pdf"));
        await talk.Client.SendText("""{"type":"regenerate","id":"again"}""");
        await talk.Answered();
        await talk.Show("and what else?");

        var requests = host.RequestsWith("look once");
        Assert.Equal(3, requests.Count);
        var first = Sent.Last(requests[0]);
        Assert.Equal(["image", "document"], first.Parts.Select(part => part.Kind));
        Assert.Equal(Bytes(first), Bytes(Sent.Last(requests[1])));
        Assert.Equal(Bytes(first), Bytes(Sent.All(requests[2])[0]));
        Assert.Equal("and what else?", Sent.Last(requests[2]).Text);

        static IEnumerable<byte[]> Bytes(Sent sent) => sent.Parts.Select(part => part.Bytes);
    }

    [Fact]
    public async Task File_that_is_gone_is_named_the_person_is_told_and_the_answer_comes()
    {
        await using var talk = await host.Talk("openai-sees");
        var id = await Upload(host.Node.Http, talk.User, Photo, "holiday.jpg");
        await host.Node.Services.GetRequiredService<IFileStore>().Delete(FileKey.Content(new FileId(id)), default);

        await talk.SendIds("is it still there?", [id]);
        await talk.Answered();

        var sent = Sent.Last(host.RequestsWith("is it still there?").Single());
        Assert.Equal("is it still there?\n\n[Attached: holiday.jpg (image/jpeg). You cannot open this file.]", sent.Text);
        Assert.Equal(
            "The model could not be given holiday.jpg this time. It is told the name and the type only.",
            Assert.Single(talk.Told())
        );
    }

    [Theory]
    [InlineData("openai-sees", 400)]
    [InlineData("anthropic-sees", 413)]
    public async Task Provider_that_refuses_files_is_asked_again_with_their_names(string model, int status)
    {
        await using var talk = await host.Talk(model);
        var words = $"refused by {model}";
        host.Models.Enqueue(ModelScript.Refuse(status));

        await talk.Show(words, (Photo, "holiday.jpg"));

        var requests = host.RequestsWith(words);
        Assert.Equal([1, 0], requests.Select(request => Sent.Last(request).Parts.Count));
        Assert.Equal($"{words}\n\n[Attached: holiday.jpg (image/jpeg). You cannot open this file.]", Sent.Last(requests[1]).Text);
        Assert.Contains("could not be given holiday.jpg", Assert.Single(talk.Told()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retry_sends_the_same_parts()
    {
        await using var talk = await host.Talk("anthropic-sees");
        host.Models.Enqueue(ModelScript.Refuse(529));

        await talk.Show("try again", (Photo, "holiday.jpg"));

        var requests = host.RequestsWith("try again");
        Assert.Equal(2, requests.Count);
        Assert.Equal(requests[0].Body, requests[1].Body);
        Assert.Empty(talk.Told());
    }

    [Fact]
    public async Task Dify_gets_files_by_its_upload_and_the_question_names_them()
    {
        await using var talk = await host.Talk("dify-sees");
        await talk.Show("look, dify", (Photo, "holiday.jpg"), (SampleFiles.Text("read me"), "notes.txt"));
        await talk.Show("and now?");

        var upload = host
            .Models.Requests.Single(request => request.Path == "/v1/files/upload" && request.Json.Text("user") == talk.User)
            .Json;
        Assert.Equal(("file", "holiday.jpg", "image/jpeg"), (upload.Text("field"), upload.Text("name"), upload.Text("type")));
        using var picture = Image.NewFromBuffer(upload.GetProperty("bytes").GetBytesFromBase64());
        Assert.InRange(picture.Width, 1_200, 1_568);
        var question = host.RequestsWith("look, dify").Single().Json;
        var file = Assert.Single(question.GetProperty("files").EnumerateArray());
        Assert.Equal(("image", "local_file"), (file.Text("type"), file.Text("transfer_method")));
        Assert.StartsWith("upload-", file.Text("upload_file_id"));
        Assert.EndsWith("[Attached: notes.txt (text/plain). Its text:]\nread me\n[End of notes.txt]", question.Text("query"));

        // Dify keeps the conversation with its files.
        Assert.False(host.RequestsWith("and now?").Single().Json.TryGetProperty("files", out _));
        Assert.Empty(talk.Told());
    }

    [Fact]
    public async Task Dify_that_has_lost_the_conversation_gets_its_files_again()
    {
        await using var talk = await host.Talk("dify-sees");
        await talk.Show("before the loss", (Photo, "holiday.jpg"));
        host.Models.ForgetConversations();
        await talk.Show("after the loss");

        var asked = host.RequestsWith("after the loss");
        Assert.Equal(2, asked.Count);
        Assert.False(asked[0].Json.TryGetProperty("files", out _));
        Assert.Equal("image", Assert.Single(asked[1].Json.GetProperty("files").EnumerateArray()).Text("type"));
        Assert.Contains(
            "User: before the loss\n\n[Attached: holiday.jpg (image/jpeg).]",
            asked[1].Json.Text("query"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Dify_that_refuses_an_upload_is_asked_with_the_name()
    {
        await using var talk = await host.Talk("dify-sees");
        host.Models.OnUpload = ModelScript.Refuse(415);
        try
        {
            await talk.Show("take it, dify", (Photo, "holiday.jpg"));
        }
        finally
        {
            host.Models.OnUpload = null;
        }

        Assert.Equal(
            "take it, dify\n\n[Attached: holiday.jpg (image/jpeg). You cannot open this file.]",
            host.RequestsWith("take it, dify").Single().Json.Text("query")
        );
        Assert.Contains("could not be given holiday.jpg", Assert.Single(talk.Told()), StringComparison.Ordinal);
    }
}
