using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Node.Files.Store;

namespace Chatbox.Tests.Unit.Files;

/// <summary>Only what cannot run is shown in the browser, and no name can break out of its header.</summary>
public sealed class FileDispositionTests
{
    [Theory]
    [InlineData("image/png", "inline")]
    [InlineData("audio/webm", "inline")]
    [InlineData("application/pdf", "inline")]
    [InlineData("text/plain", "inline")]
    [InlineData("image/svg+xml", "attachment")]
    [InlineData("text/html", "attachment")]
    [InlineData("text/xml", "attachment")]
    [InlineData("application/xhtml+xml", "attachment")]
    [InlineData("application/octet-stream", "attachment")]
    [InlineData("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "attachment")]
    public void Only_safe_types_are_shown(string type, string expected) =>
        Assert.StartsWith($"{expected};", Of("a.bin", type), StringComparison.Ordinal);

    [Theory]
    [InlineData("report.pdf", "filename=report.pdf")]
    [InlineData("two words.pdf", "filename=\"two words.pdf\"")]
    [InlineData("Zürich €.pdf", "filename*=UTF-8''Z%C3%BCrich%20%E2%82%AC.pdf")]
    public void Name_is_kept(string name, string expected) =>
        Assert.Contains(expected, Of(name, "application/pdf"), StringComparison.Ordinal);

    [Theory]
    [InlineData("a\r\nSet-Cookie: x=y")]
    [InlineData("a\"; filename=b.exe")]
    [InlineData("a\0b")]
    [InlineData("\\..\\a")]
    public void Odd_name_stays_a_name(string name)
    {
        var header = Of(name, "application/pdf");

        Assert.DoesNotContain('\r', header);
        Assert.DoesNotContain('\n', header);
        Assert.DoesNotContain('\0', header);
        Assert.True(System.Net.Http.Headers.ContentDispositionHeaderValue.TryParse(header, out var parsed));
        Assert.DoesNotContain(parsed.Parameters, parameter => parameter.Name is not ("filename" or "filename*"));
        Assert.Equal(1, parsed.Parameters.Count(parameter => parameter.Name == "filename"));
    }

    private static string Of(string name, string type) =>
        FileDisposition.Of(new StoredFile(FileId.New(), new UserId("a"), name, type, 1, null, DateTimeOffset.UnixEpoch));
}
