using Chatbox.Actors.Connections.Binding;
using Chatbox.Messages;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>Which session a frame of the client means.</summary>
public sealed class SessionBindingTests
{
    [Fact]
    public void Frame_means_the_bound_session_if_it_names_none_or_one_that_the_socket_looked_at_before()
    {
        var binding = new SessionBinding(Session(1)).MoveTo(Session(2)).MoveTo(Session(3));

        Assert.All<SessionId?>([null, Session(1), Session(2), Session(3)], named => Assert.True(binding.IsMeantBy(named)));
        Assert.False(binding.IsMeantBy(Session(4)));
    }

    [Fact]
    public void Sessions_that_were_left_long_ago_are_forgotten()
    {
        var binding = new SessionBinding(Session(0));
        for (var n = 1; n <= SessionBinding.MaxEarlier + 1; n++)
            binding = binding.MoveTo(Session(n));

        Assert.False(binding.IsMeantBy(Session(0)));
        Assert.True(binding.IsMeantBy(Session(1)));
    }

    [Fact]
    public void Session_that_the_socket_goes_to_has_dismissed_nobody()
    {
        var left = new SessionBinding(Session(1)) { IsDismissed = true };

        Assert.False(left.MoveTo(Session(2)).IsDismissed);
    }

    private static SessionId Session(int number) => new($"{number:x32}");
}
