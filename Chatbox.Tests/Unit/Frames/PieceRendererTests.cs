using System.Text;
using System.Text.Json;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Chatbox.Tests.Unit.Frames;

public sealed class PieceRendererTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, 7, TimeSpan.FromHours(2));
    private static readonly PieceRenderer Renderer = new(new SessionId("5e55"), new MessageId("a1"), new ModelId("mo\"del\n"));

    [Fact]
    public void Piece_has_the_fields_of_the_protocol()
    {
        var piece = JsonDocument.Parse(Renderer.Render(42, "Hello", At)).RootElement;

        Assert.Equal(
            """{"type":"ai_response","session_id":"5e55","sender":"ai","model_id":"mo\"del\n","message_id":"a1","metadata":{"streaming":"true","done":"false"},"timestamp":"2026-03-01T10:00:00.007Z","offset":42,"content":"Hello"}""",
            piece.GetRawText()
        );
    }

    [Property(MaxTest = 1_000, Arbitrary = [typeof(Texts)])]
    public void Any_text_reads_back_as_it_was(string text, NonNegativeInt offset)
    {
        var piece = JsonDocument.Parse(Renderer.Render(offset.Get, text, At)).RootElement;

        Assert.Equal(offset.Get, piece.GetProperty("offset").GetInt32());
        var back = piece.GetProperty("content").GetString()!;
        if (IsValid(text))
            Assert.Equal(text, back);
        else
            // JSON cannot contain half a surrogate pair; the text around it stays as it was.
            Assert.Equal(Repaired(text), back);
    }

    [Fact]
    public void Largest_offset_and_worst_text_fit()
    {
        var text = new string('\u0001', 100_000);
        var piece = JsonDocument.Parse(Renderer.Render(int.MaxValue, text, At)).RootElement;

        Assert.Equal(int.MaxValue, piece.GetProperty("offset").GetInt32());
        Assert.Equal(text, piece.GetProperty("content").GetString());
    }

    [Fact]
    public void Other_scripts_go_out_as_they_are()
    {
        var bytes = Renderer.Render(0, "日本語 <b>&'é", At);
        Assert.Contains("日本語 <b>&'é", Encoding.UTF8.GetString(bytes.Span));
    }

    private static bool IsValid(string text) => text == Repaired(text);

    private static string Repaired(string text) => string.Concat(text.EnumerateRunes());

    public static class Texts
    {
        private static readonly string[] Parts =
        [
            "a",
            "\"",
            "\\",
            "/",
            "<script>",
            "\0",
            "\u0007\b\t\n\f\r",
            "\u001f\u007f\u0085",
            "\u2028\u2029",
            "\ufeff\ufffd\uffff",
            "日本語",
            "😀",
            "👩‍👩‍👧",
            "\ud83d",
            "\ude00",
            "\udbff",
        ];

        public static Arbitrary<string> Any() =>
            Arb.From(
                Gen.OneOf(
                    Gen.ListOf(Gen.Elements(Parts)).Select(string.Concat),
                    Gen.ListOf(Gen.Choose(0, 0xFFFF)).Select(units => string.Concat(units.Select(unit => (char)unit)))
                )
            );
    }
}
