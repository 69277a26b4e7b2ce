using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Chatbox.Tests.Unit.Frames;

/// <summary>Tests that a message is limited as a whole: content and metadata together, in bytes and as JSON.</summary>
public sealed class MessageSizeTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly SessionId Session = new(new string('a', 32));

    /// <summary>Greatest size of a frame's other fields, such as type, ids and times, in bytes.</summary>
    private const int Envelope = 1_024;

    [Theory]
    [InlineData("m", 50, 1_000, 4, true)] // every value as long as it may be
    [InlineData("m", 50, 1_000, 1_000, false)] // every key too
    [InlineData("日", 21, 1_000, 4, true)]
    [InlineData("日", 22, 1_000, 4, false)]
    [InlineData("\\u0001", 20, 1_000, 4, true)]
    [InlineData("\\u0001", 21, 1_000, 4, false)]
    public void Metadata_and_content_together_are_bounded(string scalar, int keys, int valueLength, int keyLength, bool accepted)
    {
        var value = string.Concat(Enumerable.Repeat(scalar, valueLength - 2));
        var entries = Enumerable.Range(0, keys).Select(n => $"\"{$"{n}".PadLeft(keyLength, 'k')}\":\"v{value}v\"");
        var (frame, refusal) = Read(Message("x", string.Join(',', entries)));

        Assert.Equal(accepted, frame is not null);
        if (accepted)
            return;
        Assert.Equal(ErrorCode.InvalidFormat, refusal!.Code);
        Assert.Equal("metadata", refusal.Field);
        Assert.Equal("m1", refusal.Id?.Value);
    }

    [Fact]
    public void Longest_content_needs_no_metadata_to_give_way()
    {
        Assert.Null(Read($$"""{"type":"user_message","content":"{{Repeat("😀", 10_000)}}"}""").Refusal);
        Assert.Null(Read($$"""{"type":"user_message","content":"x{{Repeat("\\u0001", 9_998)}}x"}""").Refusal);
        var entries = Enumerable.Range(0, 30).Select(n => $"\"{n}\":\"{new string('m', 1_000)}\"");
        Assert.Equal("metadata", Read(Message(Repeat("😀", 10_000), string.Join(',', entries))).Refusal?.Field);
    }

    [Property(MaxTest = 200, Arbitrary = [typeof(Messages)])]
    public void Whatever_is_accepted_fits_a_frame_whole(SomeMessage message)
    {
        var json = JsonSerializer.Serialize(
            new
            {
                type = "user_message",
                content = message.Content,
                metadata = message.Metadata,
            }
        );
        if (Read(json).Frame is not ClientFrame.UserMessage accepted)
            return;
        var frame = MessageFrames.UserMessage(Session, 1, MessageId.New(), accepted.Content, accepted.Metadata, Now);

        Assert.InRange(frame.Length, 1, MessageSize.MaxJsonBytes + Envelope);
        var shown = JsonDocument.Parse(frame).RootElement;
        Assert.Equal(accepted.Content, shown.GetProperty("content").GetString());
        Assert.Equal(accepted.Metadata.Count, accepted.Metadata.Count == 0 ? 0 : shown.GetProperty("metadata").EnumerateObject().Count());
    }

    /// <summary>
    /// Messages of an earlier release or of the replaced service may exceed the limits. A frame shows as much of them as it can hold.
    /// </summary>
    [Property(MaxTest = 200, Arbitrary = [typeof(Messages)])]
    public void Whatever_is_stored_fits_a_frame_shortened(SomeMessage message, bool many)
    {
        var metadata = message.Metadata.ToImmutableSortedDictionary(StringComparer.Ordinal);
        var content = many ? Repeat(message.Content, 40) : message.Content;
        var item = new ImportedItem(1, MessageId.New(), ImportedSender.Admin, content, metadata, null, "f", "https://f.example", Now);
        foreach (
            var frame in new[]
            {
                MessageFrames.UserMessage(Session, 1, item.MessageId, content, metadata, Now),
                MessageFrames.Imported(Session, item, new ModelId("m")),
                MessageFrames.Imported(Session, item with { Sender = ImportedSender.Ai }, new ModelId("m")),
            }
        )
        {
            Assert.InRange(frame.Length, 1, MessageSize.MaxJsonBytes + Envelope);
            var shown = JsonDocument.Parse(frame).RootElement;
            var text = shown.GetProperty("content").GetString()!;
            Assert.StartsWith(text, content, StringComparison.Ordinal);
            var isShortened = shown.TryGetProperty("metadata", out var entries) && entries.TryGetProperty("truncated", out _);
            Assert.True(isShortened || text.Length is 0 || text.Length == content.Length);
        }
    }

    private static string Message(string content, string entries) =>
        "{\"type\":\"user_message\",\"id\":\"m1\",\"content\":\"" + content + "\",\"metadata\":{" + entries + "}}";

    private static (ClientFrame? Frame, FrameRefusal? Refusal) Read(string json) => FrameReader.Read(Encoding.UTF8.GetBytes(json), Now);

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    public sealed record SomeMessage(string Content, Dictionary<string, string> Metadata);

    /// <summary>Generates messages from small to far beyond the limits, with characters of one to twelve bytes.</summary>
    public static class Messages
    {
        public static Arbitrary<SomeMessage> All() =>
            (
                from content in Text(10_000)
                from keys in Gen.Choose(0, 60)
                from value in Text(1_000)
                from key in Text(900)
                select new SomeMessage(content, Enumerable.Range(0, keys).ToDictionary(n => $"{n}{key}", _ => value))
            ).ToArbitrary();

        private static Gen<string> Text(int most) =>
            from scalar in Gen.Elements("a", "é", "日", "😀", "\u0001", "\"")
            from count in Gen.Choose(1, most / scalar.Length)
            select Repeat(scalar, count);
    }
}
