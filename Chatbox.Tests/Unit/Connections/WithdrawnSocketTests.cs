using System.Collections.Immutable;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Connections.Tokens;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Tests.Unit.Connections.ConnectionKit;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>A socket whose token is withdrawn, with probes for everything around it.</summary>
public sealed class WithdrawnSocketTests() : TestKit("akka.loglevel = WARNING")
{
    private readonly SwitchedTokens _tokens = new();

    [Fact]
    public void Client_that_does_not_read_its_good_bye_has_no_more_effect()
    {
        var kit = Greeted();
        _tokens.AreWithdrawn = true;
        kit.Connections.Tell(new TokensWithdrawn(ImmutableHashSet.Create(Alice)));
        kit.Viewer.ExpectMsg<SendFrame>();
        Assert.Equal(CloseCode.TokenExpired, kit.Viewer.ExpectMsg<CloseSocket>().Code);
        kit.FromStream(Said("c1"));

        // Handled without having gone anywhere.
        kit.Viewer.ExpectMsg<FrameHandled>();
        Assert.False(kit.Users.HasMessages);
    }

    [Fact]
    public void Token_that_is_withdrawn_while_its_socket_opens_closes_it_once_it_is_greeted()
    {
        var kit = Open(this, tokens: _tokens);
        _tokens.AreWithdrawn = true;
        kit.Connections.Tell(new TokensWithdrawn(ImmutableHashSet.Create(Alice)));
        kit.FromStream(new Greeted(Id));

        kit.Viewer.ExpectMsg<SendFrame>();
        kit.Viewer.ExpectMsg<CloseSocket>();
    }

    [Fact]
    public void Withdrawal_of_somebody_elses_token_concerns_nobody()
    {
        var kit = Greeted();
        _tokens.AreWithdrawn = true;
        kit.Connections.Tell(new TokensWithdrawn(ImmutableHashSet.Create(new UserId("bob"))));
        kit.FromStream(new FrameArrived(new ClientFrame.Ping(null), null));

        kit.Viewer.ExpectMsg<SendFrame>(); // the pong
        kit.Viewer.ExpectMsg<FrameHandled>();
        Assert.False(kit.Viewer.HasMessages);
    }

    /// <summary>Returns when the connection has greeted its client.</summary>
    private ConnectionKit Greeted()
    {
        var kit = Greet(this, tokens: _tokens);
        kit.FromStream(new FrameArrived(new ClientFrame.Ping(null), null));
        kit.Viewer.ExpectMsg<SendFrame>();
        kit.Viewer.ExpectMsg<FrameHandled>();
        return kit;
    }

    private sealed class SwitchedTokens : ITokenVerifier
    {
        public bool AreWithdrawn { get; set; }

        public Task<VerifiedToken?> Verify(string token) => throw new NotSupportedException();

        public bool IsWithdrawn(UserId user, TokenMark token) => AreWithdrawn;
    }
}
