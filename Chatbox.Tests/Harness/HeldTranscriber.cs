using System.Collections.Concurrent;
using Chatbox.Actors.Voice;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;

namespace Chatbox.Tests.Harness;

/// <summary>A transcriber whose calls end when the test says so.</summary>
internal sealed class HeldTranscriber : ITranscriber
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly BlockingCollection<Call> _calls = [];

    /// <summary>Calls that no test has taken yet.</summary>
    public int Waiting => _calls.Count;

    /// <summary>The next call; waits for it.</summary>
    public Call Next() => _calls.TryTake(out var call, Deadline) ? call : throw new TimeoutException("Nothing was transcribed.");

    public Task<Transcription> Transcribe(UserId user, MessageFiles recordings, string? language, CancellationToken cancellationToken)
    {
        var call = new Call(user, recordings, language, cancellationToken);
        _calls.Add(call, CancellationToken.None);
        return call.Task;
    }

    /// <summary>One transcription.</summary>
    internal sealed class Call(UserId user, MessageFiles recordings, string? language, CancellationToken cancellation)
    {
        private readonly TaskCompletionSource<Transcription> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public UserId User => user;

        public MessageFiles Recordings => recordings;

        public string? Language => language;

        public bool IsCancelled => cancellation.IsCancellationRequested;

        public Task<Transcription> Task => _result.Task;

        public void Hear(string text) => _result.SetResult(Transcription.Heard(text));

        public void Fail(TranscriptionFailure failure) => _result.SetResult(Transcription.Failed(failure, "the test says so"));

        public void Throw() => _result.SetException(new InvalidOperationException("The test says so."));
    }
}
