using Akka.Actor;
using Chatbox.Actors.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Contract.Sessions;

/// <summary>What remains of a user's sockets after the user's actor restarts.</summary>
public sealed class UserRestartTests
{
    [Fact]
    public async Task Sockets_take_their_places_again_when_their_user_starts_anew()
    {
        await using var host = await TestNode.Start();
        await using var sockets = new OpenClients();
        for (var n = 0; n < 10; n++)
            await sockets.Add(host, "alice");
        Assert.Equal(429, await Upgrade.Status(host, TestNode.Token("alice")));

        var system = host.Services.GetRequiredService<ActorSystem>();
        var user = await system.ActorSelection("/system/sharding/user/*/alice").ResolveOne(TimeSpan.FromSeconds(10));
        user.Tell(UserActor.StopUser.Instance);

        // Until the ten sockets have registered again, a further one may be admitted; after that it must be refused.
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await Upgrade.Status(host, TestNode.Token("alice")) != 429)
            deadline.Token.ThrowIfCancellationRequested();
    }
}
