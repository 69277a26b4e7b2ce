using Chatbox.Tests.Contract.People;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Cluster;

/// <summary>Who is there, while the node with somebody's sockets is killed. Protocol section 5, "Presence".</summary>
[Collection(ClusterCollection.Name)]
public sealed class PresenceClusterTests
{
    /// <summary>
    /// Takes as long as people may come back, and the cluster needs to notice the death. Several conversations at once, because some of them live on the
    /// node that dies and others do not.
    /// </summary>
    [FactRequiresPostgres]
    public async Task Side_whose_node_is_killed_is_away_once_for_every_device_of_the_other_and_here_once_when_it_comes_back()
    {
        await using var cluster = await NodeCluster.Start(3, new Dictionary<string, string> { ["ADMIN_GONE_AFTER"] = "10m" });
        cluster.Models.Otherwise = _ => ModelScript.Answer("Well, ", "well.");
        var (one, other, dying) = (cluster.Nodes[0], cluster.Nodes[1], cluster.Nodes[2]);
        var talks = new List<Talk>();
        for (var n = 0; n < Chaos.Size(4, 20); n++)
        {
            talks.Add(await Talk.Begin(n, users: [one, other], admin: dying));
            talks.Add(await Talk.Begin(100 + n, users: [dying], admin: other));
        }

        await dying.Kill();

        // Whoever sat at another node than the one that died hears of it, on each of their devices.
        await Task.WhenAll(talks.Select(talk => talk.HearTheOtherGo()));
        await Task.WhenAll(talks.Select(talk => talk.HearTheOtherComeBack(one)));
        Assert.All(talks, talk => talk.AssertHeardOnce());
        foreach (var talk in talks)
            await talk.DisposeAsync();
    }

    /// <summary>A user and an administrator who helps them; the sockets of one of them die with their node.</summary>
    private sealed class Talk : IAsyncDisposable
    {
        private readonly List<TestClient> _users = [];
        private TestClient _admin = null!;
        private string _session = "";
        private bool _userStays;

        private string User => $"user {Number}";
        private string Admin => $"admin {Number}";
        public required int Number { private get; init; }

        /// <summary>The devices whose node lives.</summary>
        private IReadOnlyList<TestClient> Staying => _userStays ? _users : [_admin];

        public static async Task<Talk> Begin(int number, IReadOnlyList<NodeProcess> users, NodeProcess admin)
        {
            var talk = new Talk { Number = number, _userStays = users.Count > 1 };
            foreach (var node in users)
            {
                talk._users.Add(await node.Connect(talk.User));
                await talk._users[^1].Next("connection_status");
                if (talk._session.Length == 0)
                    talk._session = await talk._users[0].Begin();
            }

            talk._admin = await PeopleNode.AdminAt(admin.Address, talk.Admin, talk._session);
            await talk._admin.Next("connection_status");
            await talk._admin.Join();
            foreach (var device in talk.Staying)
                await Until(device, "here");
            return talk;
        }

        public Task HearTheOtherGo() => Task.WhenAll(Staying.Select(device => Until(device, "away")));

        public async Task HearTheOtherComeBack(NodeProcess node)
        {
            var again = _userStays
                ? await PeopleNode.AdminAt(node.Address, Admin, _session)
                : await node.Connect(User, $"session_id={_session}&last_seq=0");
            await Task.WhenAll(Staying.Select(device => Until(device, "here", times: 2)));

            // What is said now comes after everything that was told before.
            await again.Next("connection_status");
            await again.Do(new { type = "user_message", content = "Back again" }, "back");
            foreach (var device in Staying)
                await device.Next(frame => frame.Text("content") == "Back again");
            await again.DisposeAsync();
        }

        public void AssertHeardOnce() => Assert.All(Staying, device => Assert.Equal(["here", "away", "here"], Told(device)));

        public async ValueTask DisposeAsync()
        {
            foreach (var client in _users.Append(_admin))
                await client.DisposeAsync();
        }

        /// <summary>Reads until this was told so often. A message can be before it, and one that was waited for can be behind it.</summary>
        private static async Task Until(TestClient device, string content, int times = 1)
        {
            while (Told(device).Count(told => told == content) < times)
                await device.Next("presence");
        }

        private static List<string?> Told(TestClient device) =>
            [.. device.Seen.Where(frame => frame.Type() == "presence").Select(frame => frame.Text("content"))];
    }
}
