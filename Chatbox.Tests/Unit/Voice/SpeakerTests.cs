using System.Collections.Concurrent;
using Chatbox.Actors.Files;
using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;
using Chatbox.Actors.Voice;
using Chatbox.Actors.Voice.Sound;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Chatbox.Tests.Harness.Files;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Voice;

/// <summary>An answer is spoken sentence by sentence, within bounds, and becomes one stored file; every failure has its name.</summary>
public sealed class SpeakerTests
{
    private static readonly UserId Alice = new("alice");
    private static readonly SessionId Session = new("0123456789abcdef0123456789abcdef");
    private static readonly MessageId Answer = new("22222222222222222222222222222222");

    private readonly FakeTimeProvider _clock = new();
    private readonly ScriptedSpeech _service = new();
    private readonly KeptFiles _files = new();
    private readonly CountedOutcomes _metrics = new();

    [Fact]
    public async Task First_sentence_is_spoken_alone_and_those_that_follow_meanwhile_together()
    {
        var speech = Speech();
        speech.Add("The first sentence. The second sentence");
        var first = await _service.Next();
        speech.Add(" goes on. The third sentence. The fourth");
        Assert.Equal("The first sentence.", first.Text);
        first.Sounds(Sounds.Wav(1, 2));
        var second = await _service.Next();
        Assert.Equal("The second sentence goes on.\nThe third sentence.", second.Text);
        second.Sounds(Sounds.Wav(2, 1));
        var spoken = speech.Finish();
        var third = await _service.Next();
        Assert.Equal("The fourth", third.Text);
        Assert.Empty(_files.Stored);
        third.Sounds(Sounds.Wav(3, 1));

        var file = (await spoken).File!;
        Assert.Equal((FileId.Of(Answer, "speech").Value, "answer.wav", "audio/wav"), (file.Id, file.Name, file.MimeType));
        var (produced, content) = Assert.Single(_files.Stored);
        Assert.Equal((Alice, Session), (produced.Owner, produced.Session));
        Assert.Equal<short>([1, 1, 2, 3], [.. Enumerable.Range(0, 4).Select(n => BitConverter.ToInt16(content, 44 + 2 * n))]);
        Assert.Equal(["done"], _metrics.Outcomes);
    }

    [Fact]
    public async Task Requests_are_bounded_and_the_rest_of_too_long_an_answer_is_left_out()
    {
        var speech = Speech(new SpeechOptions { MaxLength = 3_000, Format = SoundFormat.Wav });
        speech.Add("The first sentence. ");
        speech.Add(string.Concat(Enumerable.Repeat("A sentence of thirty letters. ", 200)));
        var spoken = speech.Finish();
        var texts = new List<string>();
        while (!spoken.IsCompleted)
        {
            var next = _service.Next();
            if (await Task.WhenAny(next, spoken) == spoken)
                break;
            texts.Add((await next).Text);
            (await next).Sounds(Sounds.Wav(1, 1));
        }

        Assert.True((await spoken).IsCut);
        Assert.All(texts, text => Assert.InRange(text.Length, 1, 1_000));
        Assert.InRange(texts.Sum(text => text.Length), 2_900, 3_100);
    }

    [Fact]
    public async Task Answer_without_words_costs_no_request_and_opens_no_file()
    {
        var speech = Speech();
        speech.Add("```\nonly.code();\n```\n");

        Assert.Equal(SpeechFailure.NothingToSay, (await speech.Finish()).Failure);
        Assert.Equal((0, 0), (_service.Asked, _spools));
        Assert.Equal(["nothing_to_say"], _metrics.Outcomes);
    }

    [Fact]
    public async Task Failure_that_may_pass_is_tried_again_and_doubles_no_sound()
    {
        var speech = Speech();
        speech.Add("One sentence alone.");
        var spoken = speech.Finish();
        (await _service.Next()).Fails(ModelFailureKind.Unavailable);
        (await _service.Next()).Sounds(Sounds.Wav(1, 1));

        Assert.Null((await spoken).Failure);
        Assert.Equal(46, Assert.Single(_files.Stored).Content.Length);
    }

    [Theory]
    [InlineData(ModelFailureKind.Rejected, SpeechFailure.Refused)]
    [InlineData(ModelFailureKind.Unreadable, SpeechFailure.Unavailable)]
    public async Task Refusal_ends_it_at_once_and_stores_nothing(ModelFailureKind kind, SpeechFailure failure)
    {
        var speech = Speech();
        speech.Add("The first sentence. The second sentence. ");
        (await _service.Next()).Fails(kind);
        speech.Add("The third sentence.");

        Assert.Equal(failure, (await speech.Finish()).Failure);
        Assert.Equal((1, 0), (_service.Asked, _files.Stored.Count));
    }

    [Fact]
    public async Task Service_that_sends_no_sound_or_too_much_of_it_is_a_failure()
    {
        var other = Speech();
        other.Add("One sentence alone.");
        var refused = other.Finish();
        (await _service.Next()).Sounds("""{"error":"none"}"""u8.ToArray());
        Assert.Equal(SpeechFailure.Refused, (await refused).Failure);

        var large = Speech(new SpeechOptions { MaxSize = 100, Format = SoundFormat.Wav });
        large.Add("One sentence alone.");
        var tooLarge = large.Finish();
        (await _service.Next()).Sounds(Sounds.Wav(1, 100));
        Assert.Equal(SpeechFailure.TooLarge, (await tooLarge).Failure);
        Assert.Empty(_files.Stored);
    }

    [Fact]
    public async Task Silent_service_is_given_up_in_time()
    {
        var speech = Speech();
        speech.Add("One sentence alone.");
        var spoken = speech.Finish();
        await _service.Next();
        _clock.Advance(new SpeechOptions().Timeout);

        Assert.Equal(SpeechFailure.Unavailable, (await spoken).Failure);
    }

    [Fact]
    public async Task Sound_that_may_not_or_cannot_be_stored_is_a_failure()
    {
        _files.Result = new ProducedResult.Refused(FileFaults.Quota, "There is no room.");
        Assert.Equal(SpeechFailure.NotStored, (await Spoken()).Failure);
        _files.Result = new ProducedResult.SessionErased();
        Assert.Equal(SpeechFailure.Ended, (await Spoken()).Failure);
        _files.Result = null;
        _files.Fails = true;
        Assert.Equal(SpeechFailure.Unavailable, (await Spoken()).Failure);
        Assert.Equal(["not_stored", "ended", "unavailable"], _metrics.Outcomes);
    }

    [Fact]
    public async Task Speech_that_is_cancelled_asks_no_more_and_stores_nothing()
    {
        var speech = Speech();
        speech.Add("The first sentence. The second sentence. ");
        var first = await _service.Next();
        speech.Cancel();
        first.Sounds(Sounds.Wav(1, 1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(speech.Finish);
        Assert.Equal((1, 0, 0), (_service.Asked, _files.Stored.Count, _metrics.Outcomes.Count));
    }

    [Fact]
    public async Task Late_sound_is_removed_from_the_store()
    {
        var speaker = Speaker(new SpeechOptions());
        await speaker.Withdraw(SpokenAnswer.Failed(SpeechFailure.Refused, "no sound"), default);
        await speaker.Withdraw(new SpokenAnswer(new MessageFile("id", null, "n", "t", 1), false, null, null), default);

        Assert.Equal([new FileId("id")], _files.Withdrawn);
    }

    private int _spools;

    private Speaker Speaker(SpeechOptions options) =>
        new(
            _service,
            _files,
            Spool,
            options,
            new ModelOptions
            {
                Models = [],
                Default = default,
                RetryDelay = TimeSpan.Zero,
            },
            _metrics,
            _clock
        );

    private ISpeech Speech(SpeechOptions? options = null) =>
        Speaker(options ?? new SpeechOptions { Format = SoundFormat.Wav }).Begin(Alice, Session, Answer);

    private async Task<SpokenAnswer> Spoken()
    {
        var speech = Speech();
        speech.Add("One sentence alone.");
        var spoken = speech.Finish();
        (await _service.Next()).Sounds(Sounds.Wav(1, 1));
        return await spoken;
    }

    private MemoryStream Spool()
    {
        _spools++;
        return new MemoryStream();
    }

    private sealed class CountedOutcomes : NoMetrics
    {
        public List<string> Outcomes { get; } = [];

        public override void Spoken(string outcome, TimeSpan duration) => Outcomes.Add(outcome);
    }

    private sealed class KeptFiles : IProducedFiles
    {
        public List<(ProducedFile File, byte[] Content)> Stored { get; } = [];

        public List<FileId> Withdrawn { get; } = [];

        public ProducedResult? Result { get; set; }

        public bool Fails { get; set; }

        public async Task<ProducedResult> Store(ProducedFile file, Stream content, CancellationToken cancellationToken)
        {
            if (Fails)
                throw new FileStoreUnavailableException("The store is down.");
            if (Result is not null)
                return Result;
            using var copy = new MemoryStream();
            await content.CopyToAsync(copy, cancellationToken);
            Stored.Add((file, copy.ToArray()));
            return new ProducedResult.Stored(
                new StoredFile(file.Id, file.Owner, file.Name, file.ClaimedType!, copy.Length, null, DateTimeOffset.UnixEpoch)
            );
        }

        public Task Withdraw(FileId file, CancellationToken cancellationToken)
        {
            Withdrawn.Add(file);
            return Task.CompletedTask;
        }
    }

    private sealed class ScriptedSpeech : ITextToSpeech
    {
        private readonly ConcurrentQueue<Request> _requests = new();
        private readonly SemaphoreSlim _arrived = new(0);
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public async Task<Request> Next()
        {
            Assert.True(await _arrived.WaitAsync(TimeSpan.FromSeconds(30)), "Nothing was spoken.");
            Assert.True(_requests.TryDequeue(out var request));
            return request;
        }

        public Task<ReadOnlyMemory<byte>> Speak(string text, int most, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            var request = new Request(text);
            _requests.Enqueue(request);
            _arrived.Release();
            return request.Task;
        }

        public sealed class Request(string text)
        {
            private readonly TaskCompletionSource<ReadOnlyMemory<byte>> _sound = new(TaskCreationOptions.RunContinuationsAsynchronously);

            public string Text => text;

            public Task<ReadOnlyMemory<byte>> Task => _sound.Task;

            public void Sounds(byte[] sound) => _sound.SetResult(sound);

            public void Fails(ModelFailureKind kind) => _sound.SetException(new ModelFailureException(kind, "the test says so"));
        }
    }
}
