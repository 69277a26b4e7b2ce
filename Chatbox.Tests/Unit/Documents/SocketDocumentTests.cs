using System.Text.RegularExpressions;
using Chatbox.Messages.Frames;

namespace Chatbox.Tests.Unit.Documents;

/// <summary><c>docs/asyncapi.yaml</c> against the code that reads and writes frames.</summary>
public sealed partial class SocketDocumentTests
{
    private static readonly string Document = Repository.Read("docs/asyncapi.yaml");

    [Fact]
    public void Every_frame_that_is_read_or_written_is_described_and_no_other()
    {
        var read = Cases().Matches(Repository.Read("Chatbox.Messages/Frames/FrameReader.cs")).SelectMany(arm => Quoted(arm.Value));
        var written = Rendered().Matches(Repository.Read("Chatbox.Messages/Frames/ServerFrame.cs")).Select(m => m.Groups[1].Value);
        var inCode = read.Select(type => $"client {type}")
            .Concat(written.Concat(["pong", "ai_response", "file_upload"]).Select(type => $"server {type}"));

        var described = Message().Matches(Document).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}");

        Assert.Contains("client user_message", inCode);
        Assert.Contains("server connection_status", inCode);
        Assert.Equal(inCode.Distinct().Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_error_code_is_described()
    {
        var codes = typeof(ErrorCode).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

        Assert.All(codes, code => Assert.Matches($@"\b{code}\b", Document));
    }

    private static IEnumerable<string> Quoted(string text) => Literal().Matches(text).Select(m => m.Groups[1].Value);

    // An arm of the switch over a frame's type, up to where it makes the frame.
    [GeneratedRegex("""(?m)^ {12}"[a-z_]+"(?: or "[a-z_]+")* => (?:new|Files)""")]
    private static partial Regex Cases();

    [GeneratedRegex("\"([a-z_]+)\"")]
    private static partial Regex Literal();

    [GeneratedRegex("""Render\(\s*"([a-z_]+)",""")]
    private static partial Regex Rendered();

    // A message of the document is called client.<type> or server.<type>.
    [GeneratedRegex(@"(?m)^    (client|server)\.([a-z_]+):")]
    private static partial Regex Message();
}
