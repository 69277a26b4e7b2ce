using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;
using Chatbox.Actors.Voice;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Voice;

/// <summary>A service of voices gets a bounded time, a bounded number of tries and calls, and every failure has its name.</summary>
public sealed class TranscriberTests
{
    private static readonly UserId Alice = new("alice");

    private readonly FakeTimeProvider _clock = new();
    private readonly MemoryFiles _files = new();
    private readonly ScriptedService _service = new();
    private readonly CountedOutcomes _metrics = new();
    private readonly Transcriber _transcriber;

    public TranscriberTests() => _transcriber = Make(new TranscriptionOptions { Language = "en", MaxSize = 100 });

    [Fact]
    public async Task Recording_is_sent_with_its_format_and_language_and_its_text_is_trimmed()
    {
        _service.Then(" What I said.\n");

        Assert.Equal(Transcription.Heard("What I said."), await Transcribe(Sound("My secret plans.WEBM")));

        var sent = Assert.Single(_service.Sent);
        Assert.Equal(("recording.webm", "audio/webm", 5, "en", "sound"), sent);
        Assert.Equal(["done"], _metrics.Outcomes);
    }

    [Fact]
    public async Task Language_of_the_message_wins_and_several_recordings_become_one_text_in_their_order()
    {
        _service.Then("One.").Then("Two.");

        var result = await Transcribe(Sound("a.ogg"), Sound("b.ogg", type: "video/webm"), Sound("c.pdf", type: "application/pdf"), "de");

        Assert.Equal("One.\nTwo.", result.Text);
        Assert.Equal(["de", "de"], _service.Sent.Select(sent => sent.Language));
    }

    [Fact]
    public async Task Failure_that_may_pass_is_tried_again_and_reads_the_recording_again()
    {
        _service.Then(Failed(ModelFailureKind.Unavailable)).Then(Failed(ModelFailureKind.RateLimited)).Then("Heard.");

        Assert.Equal("Heard.", (await Passing(Transcribe(Sound("a.ogg")))).Text);

        Assert.Equal(["sound", "sound", "sound"], _service.Sent.Select(sent => sent.Content));
    }

    [Fact]
    public async Task Tries_are_bounded()
    {
        _service.Otherwise = Failed(ModelFailureKind.Unavailable);

        Assert.Equal(TranscriptionFailure.Unavailable, (await Passing(Transcribe(Sound("a.ogg")))).Failure);
        Assert.Equal(3, _service.Sent.Count);
    }

    [Theory]
    [InlineData(ModelFailureKind.Rejected, TranscriptionFailure.Refused)]
    [InlineData(ModelFailureKind.Unreadable, TranscriptionFailure.Unavailable)]
    public async Task Refusal_is_not_tried_again(ModelFailureKind kind, TranscriptionFailure failure)
    {
        _service.Then(Failed(kind));

        Assert.Equal(failure, (await Transcribe(Sound("a.ogg"))).Failure);
        Assert.Single(_service.Sent);
    }

    [Fact]
    public async Task Silent_service_is_given_up_in_time_even_if_it_ignores_the_cancellation()
    {
        _service.Hangs = true;
        var waiting = Transcribe(Sound("a.ogg"));
        await _service.Arrived;
        Assert.False(waiting.IsCompleted);

        _clock.Advance(new TranscriptionOptions().Timeout);

        Assert.Equal(TranscriptionFailure.Unavailable, (await waiting).Failure);
    }

    [Fact]
    public async Task Caller_who_cancels_gets_no_outcome()
    {
        using var cancel = new CancellationTokenSource();
        _service.Hangs = true;
        var waiting = _transcriber.Transcribe(Alice, Spoken(Sound("a.ogg")), null, cancel.Token);
        await _service.Arrived;
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Empty(_metrics.Outcomes);
    }

    [Fact]
    public async Task Wait_for_a_slot_counts_in_the_time()
    {
        var one = Make(new TranscriptionOptions { MaxConcurrent = 1 });
        _service.Hangs = true;
        var (first, second) = (
            one.Transcribe(Alice, Spoken(Sound("a.ogg")), null, default),
            one.Transcribe(Alice, Spoken(Sound("b.ogg")), null, default)
        );
        await _service.Arrived;
        Assert.Single(_service.Sent);
        _clock.Advance(new TranscriptionOptions().Timeout);

        Assert.Equal(TranscriptionFailure.Unavailable, (await first).Failure);
        Assert.Equal(TranscriptionFailure.Unavailable, (await second).Failure);
    }

    [Fact]
    public async Task Service_that_keeps_failing_is_not_asked_for_a_while_and_then_probed()
    {
        _service.Otherwise = Failed(ModelFailureKind.Unavailable);
        for (var user = 0; user < 4; user++)
            await Passing(_transcriber.Transcribe(new UserId($"u{user}"), Spoken(Sound("a.ogg")), null, default));
        var asked = _service.Sent.Count;

        var refused = await _transcriber.Transcribe(Alice, Spoken(Sound("a.ogg")), null, default);
        Assert.Equal((TranscriptionFailure.Unavailable, asked), (refused.Failure, _service.Sent.Count));

        _clock.Advance(new ModelOptions { Models = [], Default = default }.BreakerOpen);
        _service.Otherwise = null;
        _service.Then("Heard.").Then("Heard.");
        Assert.Equal("Heard.", (await Transcribe(Sound("a.ogg"))).Text);
        Assert.Equal("Heard.", (await Transcribe(Sound("a.ogg"))).Text);
    }

    [Fact]
    public async Task Recording_that_is_too_large_foreign_gone_or_no_recording_costs_no_request()
    {
        async Task<TranscriptionFailure?> Failure(MessageFile file) => (await Transcribe(file)).Failure;

        Assert.Equal(TranscriptionFailure.TooLarge, await Failure(Sound("a.ogg") with { Size = 101 }));
        Assert.Equal(TranscriptionFailure.Gone, await Failure(Sound("a.ogg") with { Address = "https://files.example/a.ogg" }));
        Assert.Equal(TranscriptionFailure.Gone, await Failure(Sound("a.ogg") with { Id = FileId.New().Value }));
        Assert.Equal(TranscriptionFailure.Refused, await Failure(Sound("a.pdf", type: "application/pdf")));
        var known = Sound("a.ogg");
        _files.Fails = true;
        Assert.Equal(TranscriptionFailure.Unavailable, await Failure(known));
        Assert.Empty(_service.Sent);
        Assert.Equal(["too_large", "gone", "gone", "refused", "unavailable"], _metrics.Outcomes);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    public async Task Silence_is_a_failure_of_its_own(string text)
    {
        _service.Then(text);

        Assert.Equal(TranscriptionFailure.NothingHeard, (await Transcribe(Sound("a.ogg"))).Failure);
    }

    [Fact]
    public async Task Endless_talk_is_cut_between_characters_and_marked()
    {
        _service.Then(string.Concat(Enumerable.Repeat("🙂", Transcriber.MaxLength)));

        var text = (await Transcribe(Sound("a.ogg"))).Text;

        Assert.InRange(text.Length, Transcriber.MaxLength - 1, Transcriber.MaxLength);
        Assert.EndsWith("🙂 […]", text);
    }

    private static Exception Failed(ModelFailureKind kind) => new ModelFailureException(kind, "the test says so");

    private Transcriber Make(TranscriptionOptions options) =>
        new(_service, _files, options, new ModelOptions { Models = [], Default = default }, _metrics, _clock);

    private MessageFile Sound(string name, string type = "audio/webm") =>
        new(_files.Put(Alice, name, type, "sound"u8.ToArray()).Value, null, name, type, 5);

    private static MessageFiles Spoken(params MessageFile[] files) => new(MessageForm.VoiceMessage, [.. files]);

    private Task<Transcription> Transcribe(MessageFile file) => _transcriber.Transcribe(Alice, Spoken(file), null, default);

    private Task<Transcription> Transcribe(MessageFile first, MessageFile second, MessageFile third, string language) =>
        _transcriber.Transcribe(Alice, Spoken(first, second, third), language, default);

    /// <summary>Lets the waits between tries pass, however long they are.</summary>
    private async Task<Transcription> Passing(Task<Transcription> transcription)
    {
        while (!transcription.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        return await transcription;
    }

    private sealed class CountedOutcomes : NoMetrics
    {
        public List<string> Outcomes { get; } = [];

        public override void Transcribed(string outcome, TimeSpan duration) => Outcomes.Add(outcome);
    }

    private sealed class ScriptedService : ISpeechToText
    {
        private readonly Queue<object> _script = new();
        private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<(string Name, string MimeType, long Size, string? Language, string Content)> Sent { get; } = [];

        public Exception? Otherwise { get; set; }

        public bool Hangs { get; set; }

        public Task Arrived => _arrived.Task;

        public ScriptedService Then(object result)
        {
            _script.Enqueue(result);
            return this;
        }

        public async Task<string> Transcribe(Recording recording, CancellationToken cancellationToken)
        {
            using var reader = new StreamReader(recording.Content);
            var content = await reader.ReadToEndAsync(CancellationToken.None);
            Sent.Add((recording.Name, recording.MimeType, recording.Size, recording.Language, content));
            _arrived.TrySetResult();
            if (Hangs)
                await new TaskCompletionSource().Task;
            return (_script.TryDequeue(out var next) ? next : Otherwise) switch
            {
                string text => text,
                Exception failure => throw failure,
                _ => throw new InvalidOperationException("No script is left."),
            };
        }
    }
}
