using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Chatbox.Node.Endpoints;

namespace Chatbox.Tests.Browser;

/// <summary>How the pages get into the node: built by Node.js where it is installed, and small enough for a phone on a slow network.</summary>
public sealed class PageBuildTests
{
    private const int MostBytesBeforeFirstUse = 60 * 1024;
    private const int MostBytesOfTheLoader = 3 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [FactRequiresScriptRunner]
    public void Chat_page_is_small_enough_before_its_first_use()
    {
        var assembly = typeof(PageEndpoints).Assembly;
        var page = Text(assembly.GetManifestResourceStream("wwwroot/index.html")!);
        var loaded = assembly
            .GetManifestResourceNames()
            .Where(name =>
                name == "wwwroot/index.html"
                || (!name.EndsWith(".html") && page.Contains($"\"./{Path.GetFileName(name)}\"", StringComparison.Ordinal))
            )
            .ToList();
        var bytes = loaded.Sum(name => Compressed(assembly.GetManifestResourceStream(name)!));

        Assert.Contains("wwwroot/chat.js", loaded);
        Assert.InRange(bytes, 1, MostBytesBeforeFirstUse);
    }

    [FactRequiresScriptRunner]
    public void Script_for_embedding_sites_is_small_and_loads_nothing_else()
    {
        var assembly = typeof(PageEndpoints).Assembly;
        const string name = "wwwroot/embed.js";

        Assert.InRange(Compressed(assembly.GetManifestResourceStream(name)!), 1, MostBytesOfTheLoader);
        Assert.DoesNotMatch(@"\bimport\b|\bexport\b", Text(assembly.GetManifestResourceStream(name)!));
    }

    [Fact]
    public async Task Node_that_is_built_without_its_pages_has_one_that_says_what_is_missing()
    {
        var empty = Directory.CreateTempSubdirectory("chatbox-pages-");
        try
        {
            var embedded = await Embedded($"-p:PagesFolder={empty.FullName}/", "-p:NodeProgram=no-such-program");

            var (name, file) = Assert.Single(embedded);
            Assert.Equal("wwwroot/index.html", name);
            Assert.Contains("Node.js 20.19", await File.ReadAllTextAsync(file));
        }
        finally
        {
            empty.Delete(recursive: true);
        }
    }

    [FactRequiresScriptRunner]
    public async Task Pages_are_embedded_as_they_were_built() =>
        Assert.Equal(
            typeof(PageEndpoints)
                .Assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith("wwwroot/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
            (await Embedded("-p:BuildPages=false")).Keys.Order(StringComparer.Ordinal)
        );

    /// <summary>Names and files of the pages that a build with these properties would embed.</summary>
    private static async Task<Dictionary<string, string>> Embedded(params string[] properties)
    {
        string[] arguments = ["msbuild", "Chatbox.Node", "-nologo", "-nodeReuse:false", "-target:EmbedPages", "-getItem:EmbeddedResource"];
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [.. arguments, .. properties])
            {
                WorkingDirectory = Repository.Root,
                RedirectStandardOutput = true,
            }
        )!;
        using var deadline = new CancellationTokenSource(Deadline);
        var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        Assert.True(process.ExitCode == 0, output);
        return JsonNode.Parse(output)!["Items"]!["EmbeddedResource"]!
            .AsArray()
            .ToDictionary(item => (string)item!["LogicalName"]!, item => (string)item!["FullPath"]!);
    }

    private static string Text(Stream stream)
    {
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static long Compressed(Stream stream)
    {
        using var compressed = new MemoryStream();
        using (stream)
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
            stream.CopyTo(gzip);
        return compressed.Length;
    }
}
