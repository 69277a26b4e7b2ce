using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote.Transport;

namespace Chatbox.Node.Clustering.Links;

/// <summary>Address and security of the transport, as part of the setup of the actor system.</summary>
/// <param name="address">Address at which other nodes reach this node.</param>
internal sealed class NodeTransportSetup(ClusterAddress address, LinkSecurity security) : Setup
{
    public ClusterAddress Address => address;

    public LinkSecurity Security => security;
}

/// <summary>
/// Transport between nodes, instead of Akka's DotNetty transport. A failed TLS handshake fails one connection only; Akka's transport
/// (since 1.5.51) shuts down the whole actor system when a handshake fails on a connection that the node opens, so that one bad peer would
/// stop every node. Each new connection reads the certificates, and
/// IPv6 works for addresses and names. The bytes on the wire are the same as in Akka's transport.
/// </summary>
internal sealed class NodeTransport : Transport
{
    /// <summary>Makes this transport the only one of an actor system.</summary>
    public const string Settings = """
        akka.remote.enabled-transports = ["akka.remote.chatbox"]
        akka.remote.chatbox.transport-class = "Chatbox.Node.Clustering.Links.NodeTransport, Chatbox.Node"
        akka.remote.chatbox.transport-protocol = tcp
        akka.remote.chatbox.applied-adapters = []
        """;

    /// <summary>Maximum number of concurrent handshakes; further connections are refused at once.</summary>
    private const int MaxHandshakes = 64;

    /// <summary>
    /// Timeout for connecting, including the handshake. Short, because the operating system repeats the attempts of one connection with growing
    /// pauses: after a network failure a new attempt succeeds earlier.
    /// </summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Timeout of the handshake of an incoming connection.</summary>
    private static readonly TimeSpan AcceptTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Pause after the operating system failed to accept a connection, for example because no file handle was free.</summary>
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly ILoggingAdapter _log;
    private readonly NodeTransportSetup _setup;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<IAssociationEventListener> _listener = new();
    private readonly ConcurrentDictionary<NodeLink, bool> _links = new(ReferenceEqualityComparer.Instance);
    private Socket? _server;
    private int _handshakes;

    public NodeTransport(ActorSystem system, Config config)
    {
        (System, Config) = (system, config);
        SchemeIdentifier = "tcp";
        MaximumPayloadBytes = NodeLink.MaxMessage;
        _log = Akka.Event.Logging.GetLogger(system, this);
        _setup = system.Settings.Setup.Get<NodeTransportSetup>() is { HasValue: true } setup
            ? setup.Value
            : throw new InvalidOperationException($"{nameof(NodeTransport)} needs a {nameof(NodeTransportSetup)}.");
    }

    public override Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        // A host name may be any address of the machine, so the node listens on all of them.
        var endpoint = new IPEndPoint(
            IPAddress.TryParse(_setup.Address.Host, out var address) ? address
                : Socket.OSSupportsIPv6 ? IPAddress.IPv6Any
                : IPAddress.Any,
            _setup.Address.Port
        );
        _server = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (endpoint.Address.Equals(IPAddress.IPv6Any))
            _server.DualMode = true;
        _server.Bind(endpoint);
        _server.Listen();
        _ = AcceptAll(_server);
        return Task.FromResult((ToAkka(_setup.Address), _listener));
    }

    public override bool IsResponsibleFor(Address remote) => true;

    /// <exception cref="InvalidAssociationException">The peer cannot be reached, or one side refuses the certificate of the other.</exception>
    public override async Task<AssociationHandle> Associate(Address remoteAddress)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        deadline.CancelAfter(ConnectTimeout);
        try
        {
            var stream = await _setup.Security.Connect(cancel => Dial(remoteAddress, cancel), $"{remoteAddress}", deadline.Token);
            return Track(stream, remoteAddress);
        }
        catch (Exception e) when (IsPeersFault(e))
        {
            throw new InvalidAssociationException($"No connection to {remoteAddress}: {Reason(e)}", e);
        }
    }

    public override async Task<bool> Shutdown()
    {
        await _stopping.CancelAsync();
        _listener.TrySetCanceled();
        _server?.Dispose();
        foreach (var link in _links.Keys)
            link.Close();
        await Task.WhenAll(_links.Keys.Select(link => link.Closed));
        return true;
    }

    /// <summary>The host in an Akka address: an IPv6 address has brackets, as in a URI.</summary>
    public static string HostInAkka(string host) => host.Contains(':') ? $"[{host}]" : host;

    private Address ToAkka(ClusterAddress node) => new(SchemeIdentifier, System.Name, HostInAkka(node.Host), node.Port);

    private static async Task<Socket> Dial(Address remote, CancellationToken cancellationToken)
    {
        // Without an address family the socket connects to IPv4 and IPv6 addresses of a name.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(remote.Host!.Trim('[', ']'), remote.Port!.Value, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAll(Socket server)
    {
        try
        {
            var listener = await _listener.Task;
            while (true)
                if (await Accept(server) is { } socket)
                    _ = Greet(socket, listener);
        }
        catch (Exception e) when (_stopping.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException)
        {
            // The node is leaving.
        }
        catch (Exception e)
        {
            _log.Error(e, "This node cannot accept connections of other nodes any more");
            throw;
        }
    }

    private async Task<Socket?> Accept(Socket server)
    {
        try
        {
            return await server.AcceptAsync(_stopping.Token);
        }
        catch (SocketException e)
        {
            _log.Warning("A connection could not be accepted: {0}", e.Message);
            await Task.Delay(AcceptPause, _stopping.Token);
            return null;
        }
    }

    private async Task Greet(Socket socket, IAssociationEventListener listener)
    {
        var peer = "a disconnected peer";
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            deadline.CancelAfter(AcceptTimeout);
            if (Interlocked.Increment(ref _handshakes) > MaxHandshakes)
                throw new IOException($"{MaxHandshakes} other connections are in their handshake.");
            var endpoint = (IPEndPoint)socket.RemoteEndPoint!;
            peer = $"{endpoint}";
            socket.NoDelay = true;
            var stream = await _setup.Security.Accept(socket, deadline.Token);

            // The first message of the peer contains its address; until then, the address of its socket is used.
            var remote = new Address(SchemeIdentifier, System.Name, HostInAkka($"{endpoint.Address}"), endpoint.Port);
            listener.Notify(new InboundAssociation(Track(stream, remote)));
        }
        catch (Exception e) when (IsPeersFault(e))
        {
            socket.Dispose();
            _log.Warning("A connection from {0} was refused: {1}", peer, Reason(e));
        }
        finally
        {
            Interlocked.Decrement(ref _handshakes);
        }
    }

    private NodeLink Track(Stream stream, Address remote)
    {
        var link = new NodeLink(stream, ToAkka(_setup.Address), remote, _log);
        _links.TryAdd(link, true);
        link.Closed.ContinueWith(_ => _links.TryRemove(link, out var _), TaskScheduler.Default);
        if (_stopping.IsCancellationRequested)
            link.Close();
        return link;
    }

    private static bool IsPeersFault(Exception e) =>
        e is SocketException or IOException or AuthenticationException or OperationCanceledException or ObjectDisposedException;

    private static string Reason(Exception e) =>
        e is OperationCanceledException ? "it took too long"
        : e.InnerException is { } inner ? $"{e.Message} {inner.Message}"
        : e.Message;
}
