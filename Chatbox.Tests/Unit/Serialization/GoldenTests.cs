using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Unit.Serialization;

/// <summary>Bytes that stand in journals are read by every later release. No test writes these files.</summary>
public sealed class GoldenTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static TheoryData<string> JournaledManifests =>
        [.. ChatboxWire.Table.Rows.Where(r => IsJournaled(r.Type)).Select(r => r.Manifest)];

    [Theory]
    [MemberData(nameof(JournaledManifests))]
    public void Bytes_of_an_earlier_release_are_read_as_what_was_written(string manifest)
    {
        var file = Path.Combine(Folder, $"{manifest}.bin");
        Assert.True(
            File.Exists(file),
            $"{manifest} stands in the journal, but Chatbox.Tests/Golden/{manifest}.bin is missing. Add a value to GoldenValues, write "
                + "the bytes of its row to that file once, by hand, and never change either again."
        );
        Assert.True(
            GoldenValues.All.TryGetValue(manifest, out var expected),
            $"Golden/{manifest}.bin has no value in GoldenValues: say there what the file holds."
        );

        var read = ChatboxWire.Table.For(manifest).Read(File.ReadAllBytes(file));

        Assert.Equal(ValueText.Of(expected), ValueText.Of(read));
    }

    [Fact]
    public void Every_file_and_every_value_belongs_to_a_journaled_manifest()
    {
        var files = Directory.EnumerateFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        var values = GoldenValues.All.Keys.Select(manifest => $"{manifest}.bin").Order(StringComparer.Ordinal);
        var rows = ChatboxWire
            .Table.Rows.Where(r => IsJournaled(r.Type))
            .Select(r => $"{r.Manifest}.bin")
            .Order(StringComparer.Ordinal)
            .ToList();

        Assert.Equal(rows, files);
        Assert.Equal(rows, values);
    }

    [Theory]
    [InlineData(FinishReason.Stop, 1)]
    [InlineData(FinishReason.Length, 2)]
    [InlineData(FinishReason.Stopped, 3)]
    [InlineData(FinishReason.Cut, 4)]
    [InlineData(FinishReason.Timeout, 5)]
    [InlineData(FinishReason.Error, 6)]
    [InlineData(FinishReason.TakenOver, 7)]
    public void Finish_reason_keeps_its_number_in_the_journal(FinishReason reason, int number) => Assert.Equal(number, (int)reason);

    private static bool IsJournaled(Type type) =>
        type.IsAssignableTo(typeof(ISessionEvent))
        || type.IsAssignableTo(typeof(IUserEvent))
        || type == typeof(SessionSnapshot)
        || type == typeof(UserSnapshot)
        || type == typeof(SealedEvent)
        || type == typeof(SealedSnapshot);
}
