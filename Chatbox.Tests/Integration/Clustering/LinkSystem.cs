using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Chatbox.Node.Clustering.Links;

namespace Chatbox.Tests.Integration.Clustering;

/// <summary>An actor system that reaches others over our transport, with an actor that echoes.</summary>
internal sealed class LinkSystem : IAsyncDisposable
{
    private const string Settings = """
        akka.actor.provider = remote
        akka.remote.retry-gate-closed-for = 100ms
        akka.stdout-loglevel = off
        akka.loglevel = off
        """;

    private readonly ActorSystem _system;

    public LinkSystem(ClusterTls? tls, string host = "127.0.0.1")
    {
        Address = new ClusterAddress(host, Ports.Free());
        _system = ActorSystem.Create(
            "links",
            ActorSystemSetup
                .Empty.And(BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString($"{Settings}\n{NodeTransport.Settings}")))
                .And(new NodeTransportSetup(Address, new LinkSecurity(tls)))
        );
        _system.ActorOf(Props.Create(() => new Echo()), "echo");
    }

    public ClusterAddress Address { get; }

    public Task Terminated => _system.WhenTerminated;

    /// <summary>Asks the other system's echo until it answers.</summary>
    /// <exception cref="TimeoutException">Nothing came back in time.</exception>
    public async Task<string> Ask(ClusterAddress other, string text, TimeSpan within)
    {
        var echo = _system.ActorSelection($"akka.tcp://links@{NodeTransport.HostInAkka(other.Host)}:{other.Port}/user/echo");
        using var deadline = new CancellationTokenSource(within);
        while (!deadline.IsCancellationRequested)
        {
            try
            {
                return await echo.Ask<string>(text, TimeSpan.FromMilliseconds(500), deadline.Token);
            }
            catch (Exception e) when (e is AskTimeoutException or OperationCanceledException)
            {
                // The address is gated after a failed connection; the next question opens a new one.
            }
        }

        throw new TimeoutException($"{other} did not echo within {within}.");
    }

    public async ValueTask DisposeAsync() => await _system.Terminate();

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }
}
