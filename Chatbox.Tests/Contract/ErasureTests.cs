using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Users;
using Chatbox.Messages;
using Microsoft.Extensions.DependencyInjection;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Contract;

/// <summary>What is left of an erased session in the files of a node, and what a user's restart leaves of its sockets.</summary>
public sealed class ErasureTests
{
    private const string Planted = "planted-7f3a9c51";

    [Fact]
    public async Task Nothing_of_an_erased_session_is_left_in_any_file_and_a_restart_does_not_bring_it_back()
    {
        var data = Directory.CreateTempSubdirectory("chatbox-test-").FullName;
        var settings = new Dictionary<string, string> { ["SNAPSHOT_EVERY"] = "10" };
        string session;
        await using (var node = await TestNode.Start(settings, data))
        {
            await using var client = await node.Connect("alice");
            await client.Next("connection_status");
            for (var n = 0; n < 8; n++)
            {
                await client.Say($"{Planted} {n} {new string('x', 3_000)}", $"c{n}");
                await client.NextDone();
            }

            session = client.Seen[^1].Text("session_id")!;
            Assert.NotEmpty(StoredFiles.Found(data, Planted));
            var sessions = node.Services.GetRequiredService<IRequiredActor<SessionActor>>().ActorRef;
            var erase = new EraseSession(new SessionId(session), CommandId.NewAtEdge(), new UserId("alice"), false);
            await sessions.Ask<CommandAccepted>(erase, TimeSpan.FromSeconds(30));

            Assert.Empty(StoredFiles.Found(data, Planted));
        }

        await using (var node = await TestNode.Start(settings, data))
        {
            await using var client = await node.Connect("alice", $"session_id={session}&last_seq=0");
            Assert.NotEqual(session, (await client.Next("connection_status")).Text("session_id"));
            Assert.Empty(StoredFiles.Found(data, Planted));
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Sockets_take_their_places_again_when_their_user_starts_anew()
    {
        await using var host = await TestNode.Start();
        await using var sockets = new Sockets();
        for (var n = 0; n < 10; n++)
            await sockets.Add(host, "alice");
        Assert.Equal(429, await Upgrade.Status(host, TestNode.Token("alice")));

        var system = host.Services.GetRequiredService<ActorSystem>();
        var user = await system.ActorSelection("/system/sharding/user/*/alice").ResolveOne(TimeSpan.FromSeconds(10));
        user.Tell(UserActor.StopUser.Instance);

        // Until the ten are back there may be room; then there is none again.
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await Upgrade.Status(host, TestNode.Token("alice")) != 429)
            deadline.Token.ThrowIfCancellationRequested();
    }
}
