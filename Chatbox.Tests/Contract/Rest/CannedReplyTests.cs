using Chatbox.Node.Endpoints.Canned;

namespace Chatbox.Tests.Contract.Rest;

/// <summary>The texts that admins send often. Protocol section 6.</summary>
public sealed class CannedReplyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("canned");

    private string Path => System.IO.Path.Combine(_folder.FullName, "replies.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Admins_get_the_replies_of_the_file_and_users_do_not()
    {
        Write("""[{"title":"Hello","content":"How can I help?"},{"title":"Bye","content":"Thank you."}]""");
        await using var host = await RestHost.Start(replies: CannedReplies.Open(Path));

        var answer = await host.Get("/admin/canned-replies", "root", "admin");
        Assert.Equal("""{"replies":[{"title":"Hello","content":"How can I help?"},{"title":"Bye","content":"Thank you."}]}""", answer.Text);
        Assert.Equal(403, (await host.Get("/admin/canned-replies", "alice")).Status);
    }

    [Fact]
    public void Changed_file_is_read_again()
    {
        Write("""[{"title":"Hello","content":"old"}]""");
        var replies = CannedReplies.Open(Path);
        Write("""[{"title":"Hello","content":"newer"}]""");
        Assert.Equal("newer", Assert.Single(replies.Current).Content);
    }

    [Fact]
    public void Invalid_change_is_reported_once_and_the_earlier_replies_stay()
    {
        Write("""[{"title":"Hello","content":"old"}]""");
        var problems = new List<Exception>();
        var replies = CannedReplies.Open(Path);
        replies.Unusable = problems.Add;
        Write("""[{"title":"Hello","content":""}]""");

        Assert.Equal("old", Assert.Single(replies.Current).Content);
        Assert.Equal("old", Assert.Single(replies.Current).Content);
        Assert.Single(problems);
    }

    [Theory]
    [InlineData("[\n{\"title\":\"a\",}]", "line 2")]
    [InlineData("""[{"title":"a","content":"b"},{"title":"a","content":" "}]""", "no content in reply 2")]
    [InlineData("""[{"title":"a","content":"b"},null]""", "no title in reply 2")]
    [InlineData("""[{"title":"a"}]""", "line 1")]
    [InlineData("""[{"title":"a","content":"b","text":"c"}]""", "line 1")]
    [InlineData("""{"title":"a","content":"b"}""", "line 1")]
    public void Mistake_is_named_with_its_place(string json, string place)
    {
        var refusal = Assert.Throws<InvalidDataException>(() => CannedReply.Parse(json));
        Assert.Contains(place, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_long_title_is_refused() =>
        Assert.Contains(
            "101 characters in reply 1",
            Assert
                .Throws<InvalidDataException>(() => CannedReply.Parse($$"""[{"title":"{{new string('x', 101)}}","content":"b"}]"""))
                .Message,
            StringComparison.Ordinal
        );

    private void Write(string text) => File.WriteAllText(Path, text);
}
