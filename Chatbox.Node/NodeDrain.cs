using System.Diagnostics;
using Akka.Actor;
using Chatbox.Node.Health;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;

namespace Chatbox.Node;

/// <summary>
/// The first step of a stop. For <c>DRAIN_DELAY</c> the node refuses new requests and serves its open sockets, so that proxies notice
/// before the listener closes. Then it asks the clients of its sockets to reconnect, and the host stops the web server and the actors.
/// </summary>
internal sealed partial class NodeDrain : IHostedLifecycleService
{
    /// <summary>Longest wait for the sockets to be told, one after the other.</summary>
    private static readonly TimeSpan LongestSpread = TimeSpan.FromSeconds(4);

    private readonly Stopwatch _time = new();
    private readonly DrainState _state;
    private readonly TimeSpan _delay;
    private readonly ILogger<NodeDrain> _log;
    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lazy<Task> _drained;

    /// <param name="delay">Time between the signal and the end of the sockets (<c>DRAIN_DELAY</c>).</param>
    public NodeDrain(DrainState state, TimeSpan delay, ILogger<NodeDrain> log)
    {
        (_state, _delay, _log) = (state, delay, log);
        _drained = new Lazy<Task>(Drain);
    }

    /// <summary>The parent of all sockets' actors; null until the actors have started.</summary>
    public IActorRef? Connections { get; set; }

    /// <summary>
    /// Starts to drain, unless the node drains already. The task completes when the sockets have been asked to reconnect.
    /// </summary>
    /// <param name="atOnce">
    /// Whether to end the delay: the cluster has removed this node, and its sessions are about to start on other nodes.
    /// </param>
    public Task Begin(bool atOnce = false)
    {
        if (atOnce)
            _cut.TrySetResult();
        return _drained.Value;
    }

    /// <summary>Time since the node began to stop.</summary>
    public TimeSpan Elapsed => _time.Elapsed;

    /// <summary>Delays the stop of all services, the web server included.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) => Begin().WaitAsync(cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Drain()
    {
        _time.Start();
        _state.BeginDrain();
        if (_delay > TimeSpan.Zero && Connections is not null)
        {
            LogDrains(_delay);
            // By the system's clock: a test that stops the node's clock must not keep the node from stopping.
            await Task.WhenAny(Task.Delay(_delay), _cut.Task);
        }

        _state.EndStreams();
        if (Connections is not { } connections)
            return;
        var drained = connections.Ask<ConnectionsDrained>(new DrainConnections(_cut.Task.IsCompleted), LongestSpread);
        if (await Task.WhenAny(drained, _cut.Task) == _cut.Task)
            connections.Tell(new DrainConnections(AtOnce: true));
        await Task.WhenAny(drained); // a failure changes nothing: the sockets end with the server
    }

    [LoggerMessage(192, LogLevel.Information, "The node stops. For {Delay} it refuses new requests and serves its open sockets")]
    private partial void LogDrains(TimeSpan delay);
}
