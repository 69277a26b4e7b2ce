using System.Collections.Concurrent;
using Chatbox.Actors.Models;
using Chatbox.Messages.Sessions;

namespace Chatbox.Tests.Harness.Files;

/// <summary>A keeper of models' files whose calls end when the test says so.</summary>
internal sealed class HeldKeeper : IReturnedFileKeeper
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly BlockingCollection<Call> _calls = [];

    /// <summary>Calls that no test has taken yet.</summary>
    public int Waiting => _calls.Count;

    /// <summary>The files that were taken back, in order.</summary>
    public BlockingCollection<ReturnedFile> Withdrawn { get; } = [];

    /// <summary>The next call; waits for it.</summary>
    public Call Next() => _calls.TryTake(out var call, Deadline) ? call : throw new TimeoutException("No file was returned.");

    /// <summary>The next file that is taken back; waits for it.</summary>
    public ReturnedFile NextWithdrawn() =>
        Withdrawn.TryTake(out var file, Deadline) ? file : throw new TimeoutException("No file was taken back.");

    public Task<ReturnedFile> Keep(ReturnedContent file, CancellationToken cancellationToken)
    {
        var call = new Call(file, cancellationToken);
        _calls.Add(call, CancellationToken.None);
        return call.Task;
    }

    public Task Withdraw(ReturnedFile file, CancellationToken cancellationToken)
    {
        Withdrawn.Add(file, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>A stored file.</summary>
    public static ReturnedFile Stored(string name, string id = "00112233445566778899aabbccddeeff") =>
        ReturnedFile.Kept(new MessageFile(id, null, name, "image/png", 1_000) { Width = 8, Height = 6 });

    /// <summary>One file.</summary>
    internal sealed class Call(ReturnedContent file, CancellationToken cancellation)
    {
        private readonly TaskCompletionSource<ReturnedFile> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ReturnedContent File => file;

        public bool IsCancelled => cancellation.IsCancellationRequested;

        public Task<ReturnedFile> Task => _result.Task;

        public void Keep() => _result.SetResult(Stored($"{file.Name}.png"));

        public void Refuse(string reason) => _result.SetResult(ReturnedFile.Refused(file.Name, FileFaults.Type, reason));
    }
}
