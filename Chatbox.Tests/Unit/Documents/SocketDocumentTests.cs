using System.Text.RegularExpressions;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;

namespace Chatbox.Tests.Unit.Documents;

/// <summary><c>docs/asyncapi.yaml</c> against the code that reads and writes frames.</summary>
public sealed partial class SocketDocumentTests
{
    private static readonly string Document = Repository.Read("docs/asyncapi.yaml");

    [Fact]
    public void Every_frame_that_is_read_or_written_is_described_and_no_other()
    {
        var inCode = KnownFrames.Read.Select(type => $"client {type}").Concat(KnownFrames.Written.Select(type => $"server {type}"));

        var described = Message().Matches(Document).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}");

        Assert.Contains("client user_message", inCode);
        Assert.Contains("server connection_status", inCode);
        Assert.Equal(inCode.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_error_code_is_described_and_no_other()
    {
        var described = ErrorCodes().Match(Document).Groups[1].Captures.Select(capture => capture.Value);

        Assert.Equal(Constants<string>(typeof(ErrorCode)).Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_finish_reason_is_described_and_no_other()
    {
        var described = FinishReasons().Match(Document).Groups[1].Value.Split(", ");

        Assert.Equal(Enum.GetValues<FinishReason>().Select(AnswerFrames.FinishReasonName), described);
    }

    [Fact]
    public void Every_close_code_is_described_and_no_other()
    {
        var described = CloseCodes().Matches(CloseCodeText().Match(Document).Value).Select(match => int.Parse(match.Value));

        Assert.Equal(Constants<int>(typeof(CloseCode)).Order(), described.Order());
    }

    /// <summary>The values of a class of constants.</summary>
    internal static IEnumerable<T> Constants<T>(Type type) =>
        type.GetFields().Where(field => field.IsLiteral).Select(field => (T)field.GetRawConstantValue()!);

    // A message of the document is called client.<type> or server.<type>.
    [GeneratedRegex(@"(?m)^    (client|server)\.([a-z_]+):")]
    private static partial Regex Message();

    [GeneratedRegex(@"code:\s+enum:\s+(?:- ([A-Z_]+)\s+)+")]
    private static partial Regex ErrorCodes();

    [GeneratedRegex(@"finish_reason: \{ enum: \[([a-z_, ]+)\]")]
    private static partial Regex FinishReasons();

    [GeneratedRegex(@"(?s)Close codes:.*?\n    \w")]
    private static partial Regex CloseCodeText();

    [GeneratedRegex(@"\b[1-4][0-9]{3}\b")]
    private static partial Regex CloseCodes();
}
