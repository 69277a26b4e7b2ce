using System.Text;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Import;
using Chatbox.Node.Sealing;
using FsCheck;
using FsCheck.Xunit;
using MongoDB.Bson;

namespace Chatbox.Tests.Property.Import;

/// <summary>Documents of the replaced service, well formed and malformed.</summary>
public sealed class OldSessionProperties
{
    private static readonly string[] Senders = ["user", "ai", "admin", "system", "User", "robot"];

    private static readonly string[] Optional =
    [
        "nm",
        "modelId",
        "ts",
        "endTs",
        "dur",
        "adminAssisted",
        "helpRequested",
        "totalTokens",
        "lastActivity",
        "maxRespTime",
        "avgRespTime",
        "shareToken",
    ];

    private static readonly OldSessionReader Reader = new(
        new OldContent(new SealingKey("old", OldService.Key)),
        new ModelId("one"),
        TimeProvider.System
    );

    [Property(MaxTest = 500)]
    public void Any_well_formed_session_is_read_whole_and_in_order(NonNull<string>[] texts, int choices, int left)
    {
        var chance = new Random(choices);
        var messages = texts.Select(text => Message(text.Get, chance)).ToList();
        var document = Session(messages, chance);
        // Every combination of optional fields may be missing.
        for (var n = 0; n < Optional.Length; n++)
            if ((left >> n & 1) == 1)
                document.Remove(Optional[n]);

        var read = Reader.Read(document.ToBson());

        Assert.Null(read.Problem);
        var session = read.Session!;
        Assert.Equal(texts.Select(text => AsKept(text.Get)), session.Messages.Select(message => message.Content));
        Assert.Equal(
            messages.Select(message => Array.IndexOf(["user", "ai", "admin"], message["sender"].AsString.ToLowerInvariant()) + 1),
            session.Messages.Select(message => message.Sender == ImportedSender.System ? 0 : (int)message.Sender)
        );
        Assert.Equal(texts.Length, session.Opening.Totals.MessageCount);
        Assert.NotEmpty(session.Opening.Totals.Name!);
        Assert.InRange(session.Opening.Totals.TotalTokens, 0, long.MaxValue);
        Assert.True(session.Opening.Totals.LastActivity >= session.Opening.Totals.StartTime);
        Assert.True(session.EndedAt is null || session.EndedAt >= session.Opening.Totals.StartTime);
        Assert.All(session.Messages, message => Assert.All(message.Metadata, m => Assert.InRange(m.Value.Length, 0, 1_000)));
    }

    [Property(MaxTest = 300)]
    public void No_damage_makes_the_reader_fail_or_tell_what_was_said(NonNegativeInt at, byte[] damage, bool inserted)
    {
        var document = Session([Message("plantedsecret", new Random(1))], new Random(2)).ToBson();
        var place = at.Get % document.Length;
        byte[] damaged = inserted
            ? [.. document[..place], .. damage, .. document[place..]]
            : [.. document[..place], .. damage, .. document.Skip(place + damage.Length)];

        var read = Reader.Read(damaged);

        Assert.True(read.Session is null != read.Problem is null);
        Assert.DoesNotContain("plantedsecret", $"{read.Id} {read.Problem}");
    }

    [Property(MaxTest = 1_000)]
    public void No_bytes_make_the_reader_fail(byte[] bytes) => Assert.NotNull(Reader.Read(bytes).Problem);

    [Property(MaxTest = 200)]
    public async Task No_bytes_make_a_dump_fail_in_another_way(byte[] bytes, bool afterOne, bool compressed)
    {
        var path = Path.GetTempFileName();
        try
        {
            byte[] content = afterOne ? [.. new BsonDocument("a", 1).ToBson(), .. bytes] : bytes;
            await File.WriteAllBytesAsync(path, compressed ? [0x1f, 0x8b, .. content] : content);
            await foreach (var document in new DumpSource(path).Read(CancellationToken.None))
                Assert.NotNull(Reader.Read(document));
        }
        catch (OldSessionSourceException e)
        {
            Assert.True(e.IsDamaged);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Name_of_broken_text_is_made_readable()
    {
        var bytes = OldService.Session(OldService.NewId(), "alice").Set("nm", "Gr__ezi").ToBson();
        bytes.AsSpan(bytes.AsSpan().IndexOf("__"u8), 2).Fill(0xfc);

        Assert.Equal("Gr\ufffd\ufffdezi", Reader.Read(bytes).Session!.Opening.Totals.Name);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1970)]
    public void End_at_the_first_of_all_moments_is_none(int year)
    {
        var document = OldService.Session(OldService.NewId(), "alice").Set("endTs", new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.Null(Reader.Read(document.ToBson()).Session!.EndedAt);
    }

    private static BsonDocument Session(IEnumerable<BsonDocument> messages, Random chance)
    {
        var document = OldService.Session(OldService.NewId(), "alice", [.. messages]);
        foreach (var count in new[] { "dur", "totalTokens", "maxRespTime", "avgRespTime" })
            document[count] = Number(chance);
        foreach (var moment in new[] { "endTs", "lastActivity" })
            document[moment] = Moment(chance);
        document["adminAssisted"] = chance.Next(2) == 1;
        document["helpRequested"] = chance.Next(2) == 1 ? BsonNull.Value : true;
        document["shareToken"] = chance.Next(2) == 1 ? "odd" : OldService.NewId();
        document[$"unknown{chance.Next(10)}"] = new BsonArray { 1, "two", new BsonDocument("three", BsonMaxKey.Value) };
        return document;
    }

    private static BsonDocument Message(string text, Random chance)
    {
        var message = OldService.Message(Senders[chance.Next(Senders.Length)], text, chance.Next(1_000));
        if (text.Length == 0 && chance.Next(2) == 1)
            message.Remove("content");
        if (chance.Next(3) == 0)
            message.Remove("ts");
        if (chance.Next(3) == 0)
            message["fileId"] = "file";
        if (chance.Next(3) == 0)
            message["meta"] = new BsonDocument
            {
                { "long", new string('x', chance.Next(2_000)) },
                { "null", BsonNull.Value },
                { "n", Number(chance) },
            };
        return message;
    }

    private static BsonValue Number(Random chance) =>
        chance.Next(6) switch
        {
            0 => chance.Next(),
            1 => chance.NextInt64(),
            2 => chance.NextDouble() * 1e6,
            3 => double.NaN,
            4 => -chance.Next(),
            _ => new BsonDecimal128(chance.Next()),
        };

    private static BsonValue Moment(Random chance) =>
        chance.Next(4) switch
        {
            0 => new BsonDateTime(chance.NextInt64(long.MinValue, long.MaxValue)),
            1 => BsonNull.Value,
            2 => "2025-03-01T10:00:00+01:00",
            _ => OldService.Start.AddMinutes(chance.Next(10_000)),
        };

    /// <summary>Lone surrogates cannot be encoded in UTF-8, and NUL is removed.</summary>
    private static string AsKept(string text) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace("\0", "", StringComparison.Ordinal);
}
