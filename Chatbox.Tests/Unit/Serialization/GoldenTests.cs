using Chatbox.Messages;
using Chatbox.Messages.Notifications;
using Chatbox.Messages.Serialization;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.HelpDesk.HelpQueueProtocol;
using static Chatbox.Messages.Notifications.NotificationProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Unit.Serialization;

/// <summary>
/// Every release must read the bytes that earlier releases have journaled. A file in <c>Golden</c> is written once, when its manifest is
/// new, and never changed.
/// </summary>
public sealed class GoldenTests
{
    private const string WriteKey = "CHATBOX_WRITE_DOCS";

    /// <summary>The folder below <c>Golden</c> with the bytes of messages that carry files, which releases before files cannot have written.</summary>
    private const string FilesFolder = "Files";

    /// <summary>The same for voice messages that became text.</summary>
    private const string VoiceFolder = "Voice";
    private const string SpeechFolder = "Speech";

    /// <summary>The same for files that models returned.</summary>
    private const string ReturnedFolder = "Returned";

    /// <summary>The same for sessions that move while their answer streams on.</summary>
    private const string MoveFolder = "Move";
    private const string FaultsFolder = "Faults";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    /// <summary>With <c>CHATBOX_WRITE_DOCS=1</c> in the environment, writes the file of each manifest that has a value but no file.</summary>
    static GoldenTests()
    {
        if (Environment.GetEnvironmentVariable(WriteKey) != "1")
            return;
        foreach (var (manifest, value) in GoldenValues.All)
            WriteNew("", manifest, value);
        foreach (var (manifest, value) in GoldenValues.WithFiles)
            WriteNew(FilesFolder, manifest, value);
        foreach (var (manifest, value) in GoldenValues.WithVoice)
            WriteNew(VoiceFolder, manifest, value);
        foreach (var (manifest, value) in GoldenValues.WithReturned)
            WriteNew(ReturnedFolder, manifest, value);
        foreach (var (manifest, value) in GoldenValues.WithSpeech)
            WriteNew(SpeechFolder, manifest, value);
        foreach (var (manifest, value) in GoldenMoveValues.All)
            WriteNew(MoveFolder, manifest, value);
        WriteNew(FaultsFolder, GoldenFaults.Manifest, GoldenFaults.Value);
    }

    public static TheoryData<string> JournaledManifests =>
        [.. ChatboxWire.Table.Rows.Where(r => IsJournaled(r.Type)).Select(r => r.Manifest)];

    [Theory]
    [MemberData(nameof(JournaledManifests))]
    public void Bytes_of_an_earlier_release_are_read_as_what_was_written(string manifest)
    {
        Assert.True(
            GoldenValues.All.TryGetValue(manifest, out var expected),
            $"{manifest} is journaled, but GoldenValues has no value for it. Add one, and never change it again."
        );
        var file = Path.Combine(Folder, $"{manifest}.bin");
        Assert.True(
            File.Exists(file),
            $"{manifest} is journaled, but Chatbox.Tests/Golden/{manifest}.bin is missing. Write it: ./build.sh documents, or "
                + $"{WriteKey}=1 dotnet test --filter {nameof(GoldenTests)}. Commit it, and never change it again."
        );

        var read = ChatboxWire.Table.For(manifest).Read(File.ReadAllBytes(file));

        Assert.Equal(ValueText.Of(expected), ValueText.Of(read));
    }

    public static TheoryData<string> ManifestsWithFiles => [.. GoldenValues.WithFiles.Keys];

    [Theory]
    [MemberData(nameof(ManifestsWithFiles))]
    public void Bytes_of_messages_with_files_are_read_as_what_was_written(string manifest)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, FilesFolder, $"{manifest}.bin"));

        Assert.Equal(ValueText.Of(GoldenValues.WithFiles[manifest]), ValueText.Of(ChatboxWire.Table.For(manifest).Read(bytes)));
    }

    public static TheoryData<string> ManifestsWithReturned => [.. GoldenValues.WithReturned.Keys];

    [Theory]
    [MemberData(nameof(ManifestsWithReturned))]
    public void Bytes_of_returned_files_are_read_as_what_was_written(string manifest)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, ReturnedFolder, $"{manifest}.bin"));

        Assert.Equal(ValueText.Of(GoldenValues.WithReturned[manifest]), ValueText.Of(ChatboxWire.Table.For(manifest).Read(bytes)));
    }

    [Fact]
    public void Bytes_of_a_fault_of_a_returned_file_are_read_as_what_was_written()
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, FaultsFolder, $"{GoldenFaults.Manifest}.bin"));

        Assert.Equal(ValueText.Of(GoldenFaults.Value), ValueText.Of(ChatboxWire.Table.For(GoldenFaults.Manifest).Read(bytes)));
    }

    public static TheoryData<string> ManifestsWithVoice => [.. GoldenValues.WithVoice.Keys];

    [Theory]
    [MemberData(nameof(ManifestsWithVoice))]
    public void Bytes_of_voice_messages_are_read_as_what_was_written(string manifest)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, VoiceFolder, $"{manifest}.bin"));

        Assert.Equal(ValueText.Of(GoldenValues.WithVoice[manifest]), ValueText.Of(ChatboxWire.Table.For(manifest).Read(bytes)));
    }

    public static TheoryData<string> ManifestsWithSpeech => [.. GoldenValues.WithSpeech.Keys];

    [Theory]
    [MemberData(nameof(ManifestsWithSpeech))]
    public void Bytes_of_spoken_answers_are_read_as_what_was_written(string manifest)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, SpeechFolder, $"{manifest}.bin"));

        Assert.Equal(ValueText.Of(GoldenValues.WithSpeech[manifest]), ValueText.Of(ChatboxWire.Table.For(manifest).Read(bytes)));
    }

    public static TheoryData<string> ManifestsWithMove => [.. GoldenMoveValues.All.Keys];

    [Theory]
    [MemberData(nameof(ManifestsWithMove))]
    public void Bytes_of_sessions_that_move_are_read_as_what_was_written(string manifest)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, MoveFolder, $"{manifest}.bin"));

        Assert.Equal(ValueText.Of(GoldenMoveValues.All[manifest]), ValueText.Of(ChatboxWire.Table.For(manifest).Read(bytes)));
    }

    [Theory]
    [InlineData(SpeechFailure.Unavailable, 1)]
    [InlineData(SpeechFailure.Refused, 2)]
    [InlineData(SpeechFailure.TooLarge, 3)]
    [InlineData(SpeechFailure.NothingToSay, 4)]
    [InlineData(SpeechFailure.NotStored, 5)]
    [InlineData(SpeechFailure.Superseded, 6)]
    [InlineData(SpeechFailure.Ended, 7)]
    public void Failure_of_a_speech_keeps_its_number_in_the_journal(SpeechFailure failure, int number) =>
        Assert.Equal(number, (int)failure);

    [Theory]
    [InlineData(TranscriptionFailure.Unavailable, 1)]
    [InlineData(TranscriptionFailure.Refused, 2)]
    [InlineData(TranscriptionFailure.TooLarge, 3)]
    [InlineData(TranscriptionFailure.NothingHeard, 4)]
    [InlineData(TranscriptionFailure.Gone, 5)]
    [InlineData(TranscriptionFailure.Ended, 6)]
    public void Failure_of_a_transcription_keeps_its_number_in_the_journal(TranscriptionFailure failure, int number) =>
        Assert.Equal(number, (int)failure);

    [Theory]
    [InlineData(MessageForm.UserMessage, 1)]
    [InlineData(MessageForm.FileUpload, 2)]
    [InlineData(MessageForm.VoiceMessage, 3)]
    public void Form_of_a_message_keeps_its_number_in_the_journal(MessageForm form, int number) => Assert.Equal(number, (int)form);

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

    [Theory]
    [InlineData(IncidentKind.HelpRequest, 1)]
    [InlineData(IncidentKind.HelpEscalated, 2)]
    [InlineData(IncidentKind.ModelDown, 3)]
    [InlineData(IncidentKind.StoreDown, 4)]
    [InlineData(IncidentKind.Crash, 5)]
    [InlineData(IncidentKind.Traffic, 6)]
    public void Incident_kind_keeps_its_number_in_the_journal(IncidentKind kind, int number) => Assert.Equal(number, (int)kind);

    private static void WriteNew(string folder, string manifest, IWireMessage value)
    {
        var file = Path.Combine(Repository.Root, "Chatbox.Tests", "Golden", folder, $"{manifest}.bin");
        if (File.Exists(file))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, ChatboxWire.Table.For(manifest).Write(value));
        Directory.CreateDirectory(Path.Combine(Folder, folder));
        File.Copy(file, Path.Combine(Folder, folder, Path.GetFileName(file)));
    }

    private static bool IsJournaled(Type type) =>
        type.IsAssignableTo(typeof(ISessionEvent))
        || type.IsAssignableTo(typeof(IUserEvent))
        || type == typeof(SessionSnapshot)
        || type == typeof(UserSnapshot)
        || type == typeof(SealedEvent)
        || type == typeof(SealedSnapshot)
        || type.IsAssignableTo(typeof(IOutboxEvent))
        || type == typeof(OutboxSnapshot)
        || type.IsAssignableTo(typeof(IHelpDeskEvent))
        || type == typeof(HelpDeskSnapshot);
}
