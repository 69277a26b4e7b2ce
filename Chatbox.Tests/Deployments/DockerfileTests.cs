using System.Text.RegularExpressions;

namespace Chatbox.Tests.Deployments;

/// <summary>The rules for <c>Dockerfile</c> that can be checked without building it.</summary>
public sealed partial class DockerfileTests
{
    private static readonly IReadOnlyList<(string Word, string Text)> Instructions = Read(Repository.Read("Dockerfile"));

    [Fact]
    public void Base_images_have_a_patch_release_for_a_tag()
    {
        var images = All("FROM").Select(from => from.Split(' ').First(word => !word.StartsWith("--", StringComparison.Ordinal))).ToList();

        Assert.Equal(3, images.Count);
        Assert.All(images, image => Assert.Matches(@":\d+\.\d+\.\d+(-[a-z0-9.]+)?$", image));
    }

    [Fact]
    public void Sdk_is_the_one_of_this_repository()
    {
        var version = Regex.Match(Repository.Read("global.json"), @"""version"": ""([^""]+)""").Groups[1].Value;
        Assert.Single(All("FROM"), image => image.Contains($"/sdk:{version} ", StringComparison.Ordinal));
    }

    [Fact]
    public void Node_runs_as_nobody_in_particular_by_number()
    {
        var last = Instructions.ToList().FindLastIndex(instruction => instruction.Word == "FROM");
        var user = Assert.Single(Instructions.Skip(last), instruction => instruction.Word == "USER").Text;

        Assert.Matches(@"^[1-9]\d*:[1-9]\d*$", user);
    }

    [Fact]
    public void Health_is_asked_where_a_node_answers() => Assert.Contains("/healthz", Assert.Single(All("HEALTHCHECK")));

    [Fact]
    public void Node_is_the_process_that_gets_the_signals() =>
        Assert.Equal("""["dotnet", "Chatbox.Node.dll"]""", Assert.Single(All("ENTRYPOINT")));

    [Fact]
    public void No_secret_is_built_in_and_nothing_is_fetched_from_an_address()
    {
        Assert.DoesNotContain(Instructions, i => i.Word is "ARG" or "ENV" && Secret().IsMatch(i.Text));
        Assert.DoesNotContain(Instructions, i => i.Word == "ADD" || (i.Word == "RUN" && i.Text.Contains("://", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_is_copied_is_there_and_let_in()
    {
        var ignore = Repository.Read(".dockerignore").Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#')).ToList();
        var sources = All("COPY")
            .Where(copy => !copy.StartsWith("--from", StringComparison.Ordinal))
            .SelectMany(copy => copy.Split(' ')[..^1])
            .ToList();

        Assert.Equal("*", ignore[0]);
        foreach (var source in sources)
        {
            Assert.True(Path.Exists(Path.Combine(Repository.Root, source)), source);
            Assert.Contains($"!{source.Split('/')[0]}", ignore);
        }

        Assert.Equal(
            ["**/bin", "**/config.toml", "**/data", "**/node_modules", "**/obj", "**/wwwroot"],
            ignore.Where(line => line.StartsWith("**", StringComparison.Ordinal)).Order()
        );
    }

    private static List<string> All(string word) => [.. Instructions.Where(i => i.Word == word).Select(i => i.Text)];

    private static List<(string, string)> Read(string text) =>
        [
            .. Continued()
                .Replace(text, " ")
                .Split('\n')
                .Where(line => line.Length > 0 && !line.StartsWith('#'))
                .Select(line => line.Split(' ', 2))
                .Select(words => (words[0], words[1].Trim())),
        ];

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continued();

    [GeneratedRegex("(?i)secret|password|api_?key|token|encryption")]
    private static partial Regex Secret();
}
