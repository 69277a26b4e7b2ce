using System.Text;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Chatbox.Tests.Unit.Frames;

/// <summary>Tests with hostile bytes, and of the exact limits. Protocol section 4.</summary>
public sealed class FrameReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Property(MaxTest = 2_000)]
    public void Any_bytes_are_a_frame_or_a_refusal(byte[] bytes) => Check(bytes);

    [Property(MaxTest = 2_000, Arbitrary = [typeof(AlmostFrames)])]
    public void Any_object_is_a_frame_or_a_refusal_and_a_frame_keeps_the_limits(AlmostFrame frame) =>
        Check(Encoding.UTF8.GetBytes(frame.Json));

    [Property(MaxTest = 500, Arbitrary = [typeof(AlmostFrames)])]
    public void Cut_and_flipped_objects_are_frames_or_refusals(AlmostFrame frame, int place, byte flipped)
    {
        var bytes = Encoding.UTF8.GetBytes(frame.Json);
        var at = (int)((uint)place % (uint)bytes.Length);
        Check(bytes.AsSpan(0, at));
        bytes[at] = flipped;
        Check(bytes);
    }

    [Theory]
    [InlineData(60_000, true)]
    [InlineData(60_001, false)]
    [InlineData(-315_360_000_000, true)]
    public void Time_stamp_may_be_sixty_seconds_ahead(long milliseconds, bool accepted)
    {
        var (frame, refusal) = Read(
            $$"""{"type":"user_message","content":"x","timestamp":"{{Rfc3339.Format(Now.AddMilliseconds(milliseconds))}}"}"""
        );

        Assert.Equal(accepted ? null : "timestamp", refusal?.Field);
        Assert.Equal(accepted ? Now.AddMilliseconds(milliseconds) : null, (frame as ClientFrame.UserMessage)?.SentAt);
    }

    [Theory]
    [InlineData("a", 10_000, true)]
    [InlineData("a", 10_001, false)]
    [InlineData("é", 10_000, true)]
    [InlineData("é", 10_001, false)]
    [InlineData("日", 10_000, true)]
    [InlineData("日", 10_001, false)]
    [InlineData("😀", 10_000, true)]
    [InlineData("😀", 10_001, false)]
    public void Content_has_ten_thousand_scalar_values_however_they_are_encoded(string scalar, int count, bool accepted) =>
        Assert.Equal(accepted, Read($$"""{"type":"user_message","content":"{{Repeat(scalar, count)}}"}""").Refusal is null);

    [Theory]
    [InlineData(1_000, true)]
    [InlineData(1_001, false)]
    public void Metadata_keys_and_values_have_a_thousand_characters(int length, bool accepted)
    {
        var text = new string('m', length);
        Assert.Equal(accepted, Read($$$"""{"type":"user_message","content":"x","metadata":{"a":"{{{text}}}"}}""").Refusal is null);
        Assert.Equal(accepted, Read($$$"""{"type":"user_message","content":"x","metadata":{"{{{text}}}":"a"}}""").Refusal is null);
        Assert.Equal(
            accepted,
            Read($$$"""{"type":"user_message","content":"x","metadata":{"a":1{{{text[1..].Replace('m', '0')}}}}}""").Refusal is null
        );
    }

    [Fact]
    public void Token_is_as_long_as_its_issuer_made_it()
    {
        var token = new string('t', 15_000);
        var refresh = Assert.IsType<ClientFrame.TokenRefresh>(Read($$"""{"type":"token_refresh","content":"{{token}}"}""").Frame);

        Assert.Equal(token, refresh.Token);
        Assert.DoesNotContain(token, refresh.ToString());
    }

    [Theory]
    [InlineData("\\u0000 a\\u0000b \\u0000", "ab")]
    [InlineData("\\u00a0\\u2003a\\u3000", "a")]
    [InlineData("a \\u0000", "a")]
    public void Strings_lose_nul_and_the_white_space_around_them(string given, string read) =>
        Assert.Equal(read, ((ClientFrame.UserMessage)Read($$"""{"type":"user_message","content":"{{given}}"}""").Frame!).Content);

    [Fact]
    public void Empty_id_is_no_id() => Assert.Null(Read("""{"type":"stop","id":"  "}""").Frame!.Id);

    private static void Check(ReadOnlySpan<byte> utf8)
    {
        var (frame, refusal) = FrameReader.Read(utf8, Now);
        Assert.True(frame is null ^ refusal is null);
        Assert.InRange((frame?.Id ?? refusal?.Id)?.Value.Length ?? 1, 1, CommandId.MaxLength);
        switch (frame)
        {
            case ClientFrame.UserMessage message:
                var least = message.Files is null ? 1 : 0;
                Assert.InRange(message.Content.EnumerateRunes().Count(), least, FrameReader.MaxContentScalars);
                Assert.InRange(Encoding.UTF8.GetByteCount(message.Content), least, FrameReader.MaxContentBytes);
                Assert.DoesNotContain('\0', message.Content);
                Assert.Equal(message.Content.Trim(), message.Content);
                Assert.InRange(message.Metadata.Count, 0, FrameReader.MaxMetadataKeys);
                Assert.All(message.Metadata, m => Assert.InRange(m.Key.Length, 0, FrameReader.MaxMetadataLength));
                Assert.All(message.Metadata, m => Assert.InRange(m.Value.Length, 0, FrameReader.MaxMetadataLength));
                Assert.True(message.SentAt is null || message.SentAt - Now <= FrameReader.MaxClockSkew);
                break;
            case ClientFrame.ModelSelect select:
                Assert.InRange(select.ModelId.Value.Length, 1, ModelId.MaxLength);
                break;
            case ClientFrame.TokenRefresh refresh:
                Assert.NotEmpty(refresh.Token);
                break;
        }
    }

    private static (ClientFrame? Frame, FrameRefusal? Refusal) Read(string json) => FrameReader.Read(Encoding.UTF8.GetBytes(json), Now);

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    /// <summary>Well-formed JSON that is nearly a frame.</summary>
    public sealed record AlmostFrame(string Json);

    public static class AlmostFrames
    {
        private static readonly string[] Types =
        [
            "user_message",
            "user_message",
            "model_select",
            "stop",
            "ping",
            "typing_indicator",
            "token_refresh",
            "file_upload",
            "help_request",
            "nonsense",
        ];

        private static readonly string[] Names =
        [
            "content",
            "content",
            "id",
            "session_id",
            "model_id",
            "file_id",
            "file_url",
            "timestamp",
            "metadata",
            "x",
            "\\u0074ype",
        ];

        private static readonly string[] Values =
        [
            "\"start\"",
            "\"one\"",
            "\" \\u0000 \"",
            "\"\"",
            "\"\\ud800\"",
            "\"\\ud83d\\ude00\"",
            "null",
            "true",
            "-1.5e300",
            "[]",
            "[[{\"a\":[1]}]]",
            "{}",
            "{\"a\":1,\"b\":null,\"c\":\"\\u0000\"}",
            "{\"a\":{\"b\":1}}",
            "{\"\\ud800\":\"x\"}",
            "\"2026-03-01T12:00:00Z\"",
            "\"2027-03-01T12:00:00+14:00\"",
            $"\"{new string('x', 64)}\"",
            $"\"{new string('x', 129)}\"",
            $"\"{new string('x', 10_001)}\"",
        ];

        public static Arbitrary<AlmostFrame> Frames()
        {
            var field = Gen.Zip(Gen.Elements(Names), Gen.Elements(Values)).Select(f => $"\"{f.Item1}\":{f.Item2}");
            var json = Gen.Zip(Gen.Elements(Types), Gen.ListOf(field))
                .Select(f => $$"""{"type":"{{f.Item1}}"{{string.Concat(f.Item2.Select(value => $",{value}"))}}}""");
            return Arb.From(json.Select(text => new AlmostFrame(text)));
        }
    }
}
