using System.Collections.Concurrent;
using Chatbox.Actors.Notifications;

namespace Chatbox.Tests.Unit.Notifications;

/// <summary>A recipient whose replies come from the test.</summary>
internal sealed class ManualChannel(string target) : INotificationChannel
{
    private readonly BlockingCollection<(Notification Notification, TaskCompletionSource<SendOutcome> Reply)> _calls = [];

    public string Channel => ChannelName.Of(Target);

    public string Target => target;

    /// <summary>How often it was called, and the test has not looked.</summary>
    public int Waiting => _calls.Count;

    public Task<SendOutcome> Send(Notification notification, CancellationToken cancellationToken)
    {
        var reply = new TaskCompletionSource<SendOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Add((notification, reply), CancellationToken.None);
        return reply.Task;
    }

    /// <summary>Waits for the next call.</summary>
    public (Notification Notification, TaskCompletionSource<SendOutcome> Reply) Called() =>
        _calls.TryTake(out var call, TimeSpan.FromSeconds(10)) ? call : throw new TimeoutException($"{target} was not called.");
}
