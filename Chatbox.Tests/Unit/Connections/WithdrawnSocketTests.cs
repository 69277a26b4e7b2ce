using System.Collections.Immutable;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Connections;
using Chatbox.Actors.Connections.Tokens;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Actors.Connections.ConnectionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>A socket whose token is withdrawn, with probes for everything around it.</summary>
public sealed class WithdrawnSocketTests() : TestKit("akka.loglevel = WARNING")
{
    private static readonly UserId Alice = new("alice");
    private static readonly SessionId Id = new("0123456789abcdef0123456789abcdef");

    private readonly SwitchedTokens _tokens = new();

    [Fact]
    public void Client_that_does_not_read_its_good_bye_has_no_more_effect()
    {
        var (connections, users, socket, connection) = Open();
        Greet(connection, socket);
        _tokens.AreWithdrawn = true;
        connections.Tell(new TokensWithdrawn(ImmutableHashSet.Create(Alice)));
        socket.ExpectMsg<SendFrame>();
        Assert.Equal(CloseCode.TokenExpired, socket.ExpectMsg<CloseSocket>().Code);
        connection.Tell(Said("too late"), socket);

        // Handled without having gone anywhere.
        socket.ExpectMsg<FrameHandled>();
        Assert.False(users.HasMessages);
    }

    [Fact]
    public void Token_that_is_withdrawn_while_its_socket_opens_closes_it_once_it_is_greeted()
    {
        var (connections, _, socket, connection) = Open();
        _tokens.AreWithdrawn = true;
        connections.Tell(new TokensWithdrawn(ImmutableHashSet.Create(Alice)));
        connection.Tell(new Greeted(Id), socket);

        socket.ExpectMsg<SendFrame>();
        socket.ExpectMsg<CloseSocket>();
    }

    [Fact]
    public void Withdrawal_of_somebody_elses_token_concerns_nobody()
    {
        var (connections, _, socket, connection) = Open();
        Greet(connection, socket);
        _tokens.AreWithdrawn = true;
        connections.Tell(new TokensWithdrawn(ImmutableHashSet.Create(new UserId("bob"))));
        connection.Tell(new FrameArrived(new ClientFrame.Ping(null), null), socket);

        socket.ExpectMsg<SendFrame>(); // the pong
        socket.ExpectMsg<FrameHandled>();
        Assert.False(socket.HasMessages);
    }

    private (IActorRef Connections, TestProbe Users, TestProbe Socket, IActorRef Connection) Open()
    {
        var (users, sessions, socket) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var with = new ConnectionDependencies(users, sessions, new ConnectionOptions(), _tokens, new NoMetrics(), new FakeTimeProvider())
        {
            Gate = sessions,
        };
        var connections = Sys.ActorOf(Props.Create(() => new ConnectionsActor(with)));
        connections.Tell(new OpenConnection(Alice, null, null, null, null), TestActor);
        users.ExpectMsg<OpenSocket>();
        users.Reply(new SocketAllowed(Alice, Id, IsActive: false));
        var connection = ExpectMsg<ConnectionOpened>().Connection;
        connection.Tell(new SocketReady(), socket);
        socket.ExpectMsg<AttachTo>();
        return (connections, users, socket, connection);
    }

    /// <summary>Returns when the connection has greeted its client.</summary>
    private static void Greet(IActorRef connection, TestProbe socket)
    {
        connection.Tell(new Greeted(Id), socket);
        connection.Tell(new FrameArrived(new ClientFrame.Ping(null), null), socket);
        socket.ExpectMsg<SendFrame>();
        socket.ExpectMsg<FrameHandled>();
    }

    private static FrameArrived Said(string text) =>
        new(new ClientFrame.UserMessage(new CommandId(text), text, ImmutableSortedDictionary<string, string>.Empty, null), null);

    private sealed class SwitchedTokens : ITokenVerifier
    {
        public bool AreWithdrawn { get; set; }

        public Task<VerifiedToken?> Verify(string token) => throw new NotSupportedException();

        public bool IsWithdrawn(UserId user, TokenMark token) => AreWithdrawn;
    }
}
