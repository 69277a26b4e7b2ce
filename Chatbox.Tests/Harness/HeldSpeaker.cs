using System.Collections.Concurrent;
using System.Text;
using Chatbox.Actors.Voice;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;

namespace Chatbox.Tests.Harness;

/// <summary>A speaker whose speeches end when the test says so.</summary>
internal sealed class HeldSpeaker : ISpeaker
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly BlockingCollection<Speech> _begun = [];
    private readonly BlockingCollection<SpokenAnswer> _withdrawn = [];

    /// <summary>Speeches that no test has taken yet.</summary>
    public int Waiting => _begun.Count;

    /// <summary>The next speech that has begun; waits for it.</summary>
    public Speech Next() => _begun.TryTake(out var speech, Deadline) ? speech : throw new TimeoutException("Nothing was spoken.");

    /// <summary>The next sound that was removed again; waits for it.</summary>
    public SpokenAnswer NextWithdrawn() =>
        _withdrawn.TryTake(out var spoken, Deadline) ? spoken : throw new TimeoutException("No sound was removed.");

    public ISpeech Begin(UserId owner, SessionId session, MessageId answer)
    {
        var speech = new Speech(owner, answer);
        _begun.Add(speech);
        return speech;
    }

    public Task Withdraw(SpokenAnswer spoken, CancellationToken cancellationToken)
    {
        _withdrawn.Add(spoken, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>One speech.</summary>
    internal sealed class Speech(UserId owner, MessageId answer) : ISpeech
    {
        private readonly StringBuilder _text = new();
        private readonly TaskCompletionSource<SpokenAnswer> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _finishing = new();

        public UserId Owner => owner;

        public MessageId Answer => answer;

        public bool IsCancelled { get; private set; }

        /// <summary>The text that it was given so far.</summary>
        public string Text => _text.ToString();

        /// <summary>The whole text; waits for it.</summary>
        public string WholeText => _finishing.Wait(Deadline) ? Text : throw new TimeoutException("The speech was not finished.");

        public bool IsFinishing => _finishing.IsSet;

        public void Add(string text) => _text.Append(text);

        public Task<SpokenAnswer> Finish()
        {
            _finishing.Set();
            return _result.Task;
        }

        public void Cancel() => IsCancelled = true;

        public SpokenAnswer Say(bool cut = false)
        {
            var spoken = new SpokenAnswer(
                new MessageFile(FileId.Of(answer, "speech").Value, null, "answer.mp3", "audio/mpeg", 5),
                cut,
                null,
                null
            );
            _result.SetResult(spoken);
            return spoken;
        }

        public void Fail(SpeechFailure failure) => _result.SetResult(SpokenAnswer.Failed(failure, "the test says so"));

        public void Throw() => _result.SetException(new InvalidOperationException("The test says so."));
    }
}
