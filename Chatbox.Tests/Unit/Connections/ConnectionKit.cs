using System.Collections.Immutable;
using System.Text.Json;
using Akka.Actor;
using Akka.TestKit;
using Chatbox.Actors.Connections;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Connections.Tokens;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>A connection with a probe for each of its neighbours.</summary>
/// <param name="Connections">The parent of the connection.</param>
/// <param name="Connection">Nobody until the socket is open.</param>
internal sealed record ConnectionKit(
    IActorRef Connections,
    TestProbe Endpoint,
    TestProbe Users,
    TestProbe Sessions,
    TestProbe Gate,
    TestProbe Viewer,
    IActorRef Connection
)
{
    /// <summary>Time passes only when a test says so.</summary>
    public const string TestTimers = """
        akka.loglevel = WARNING
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        """;

    public static readonly UserId Alice = new("alice");

    /// <summary>The session that the socket gets.</summary>
    public static readonly SessionId Id = new("0123456789abcdef0123456789abcdef");

    public static readonly SessionId Other = new("fedcba9876543210fedcba9876543210");

    /// <summary>Asks for a socket, and stops before the user's actor has replied.</summary>
    public static ConnectionKit Ask(
        TestKitBase kit,
        OpenConnection? request = null,
        ConnectionOptions? options = null,
        ITokenVerifier? tokens = null,
        TimeProvider? clock = null
    )
    {
        var (endpoint, users, sessions, gate) = (
            kit.CreateTestProbe(),
            kit.CreateTestProbe(),
            kit.CreateTestProbe(),
            kit.CreateTestProbe()
        );
        var with = new ConnectionDependencies(
            users,
            sessions,
            options ?? new ConnectionOptions(),
            tokens ?? new NoTokens(),
            new NoMetrics(),
            clock ?? new FakeTimeProvider()
        )
        {
            Gate = gate,
        };
        var connections = kit.Sys.ActorOf(Props.Create(() => new ConnectionsActor(with)));
        connections.Tell(request ?? new OpenConnection(Alice, null, null, null, null), endpoint);
        users.ExpectMsg<OpenSocket>();
        return new ConnectionKit(connections, endpoint, users, sessions, gate, kit.CreateTestProbe(), users.LastSender);
    }

    /// <summary>Opens a socket that looks at <see cref="Id"/>; its client has not been greeted.</summary>
    public static ConnectionKit Open(
        TestKitBase kit,
        OpenConnection? request = null,
        ConnectionOptions? options = null,
        ITokenVerifier? tokens = null,
        TimeProvider? clock = null
    )
    {
        var asked = Ask(kit, request, options, tokens, clock);
        asked.Users.Reply(new SocketAllowed(Alice, Id, IsActive: false));
        asked.Endpoint.ExpectMsg<ConnectionOpened>();
        asked.Connection.Tell(new SocketReady(), asked.Viewer);
        asked.Viewer.ExpectMsg<AttachTo>(attach => attach.SessionId == Id);
        return asked;
    }

    /// <summary>Opens a socket whose client has been greeted.</summary>
    public static ConnectionKit Greet(
        TestKitBase kit,
        OpenConnection? request = null,
        ConnectionOptions? options = null,
        ITokenVerifier? tokens = null,
        TimeProvider? clock = null
    )
    {
        var open = Open(kit, request, options, tokens, clock);
        open.FromStream(new Greeted(Id));
        return open;
    }

    public static FrameArrived Said(string id, SessionId? session = null) =>
        new(
            new ClientFrame.UserMessage(new CommandId(id), "hello", ImmutableSortedDictionary<string, string>.Empty, null)
            {
                SessionId = session,
            },
            null
        );

    /// <summary>The stream tells the connection something.</summary>
    public void FromStream(object message) => Connection.Tell(message, Viewer);

    /// <summary>The next frame that the client is sent.</summary>
    public JsonElement NextFrame() => JsonDocument.Parse(Viewer.ExpectMsg<SendFrame>().Utf8).RootElement;

    /// <summary>The next frame of this type that the client is sent.</summary>
    public JsonElement NextFrame(string type)
    {
        var frame = NextFrame();
        Assert.Equal(type, frame.GetProperty("type").GetString());
        return frame;
    }

    internal sealed class NoTokens : ITokenVerifier
    {
        public Task<VerifiedToken?> Verify(string token) => Task.FromResult<VerifiedToken?>(null);
    }
}
