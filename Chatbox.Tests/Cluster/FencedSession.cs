using Chatbox.Tests.Contract.People;

namespace Chatbox.Tests.Cluster;

/// <summary>
/// A user, two admins and two viewers of one session, who act at random nodes while a model answers. The admins act one after the other,
/// so each of their calls has one right outcome, which survives the death of any node.
/// </summary>
internal sealed class FencedSession : IAsyncDisposable
{
    private const string End = "The end.";

    private readonly NodeCluster _cluster;
    private readonly int _number;
    private readonly Random _random;
    private readonly CancellationToken _cancellationToken;
    private readonly LastingClient _user;
    private readonly List<string> _said = [];
    private LastingClient _admin = null!;
    private FenceViewer[] _viewers = [];
    private bool _isHeld;

    private FencedSession(NodeCluster cluster, int number, Random random, CancellationToken cancellationToken)
    {
        (_cluster, _number, _random, _cancellationToken) = (cluster, number, random, cancellationToken);
        _user = new LastingClient(cluster.NextFrom(random.Next(3)), TestNode.Token($"person {number}"), null, cancellationToken);
    }

    /// <summary>The pieces of answers that the viewers got.</summary>
    public int Pieces => _viewers.Sum(viewer => viewer.Pieces);

    /// <summary>The answers that a takeover ended, as the viewers saw it.</summary>
    public int CutAnswers => _viewers.Sum(viewer => viewer.CutAnswers);

    public int Takeovers { get; private set; }

    /// <summary>Connects everybody.</summary>
    public static async Task<FencedSession> Begin(NodeCluster cluster, int number, Random random, CancellationToken cancellationToken)
    {
        var session = new FencedSession(cluster, number, random, cancellationToken);
        await session.Ask();
        var id = session._user.Session!;
        session._admin = new LastingClient(cluster.NextFrom(random.Next(3)), PeopleNode.AdminToken($"eve {number}"), id, cancellationToken);
        await session._admin.Connected();
        session._viewers =
        [
            new FenceViewer(cluster.NextFrom(random.Next(3)), TestNode.Token($"person {number}"), id, End, cancellationToken),
            new FenceViewer(cluster.NextFrom(random.Next(3)), PeopleNode.AdminToken($"pat {number}"), id, End, cancellationToken),
        ];
        return session;
    }

    /// <summary>Does this many random things.</summary>
    public async Task Play(int steps)
    {
        for (var n = 0; n < steps; n++)
        {
            switch (_random.Next(8))
            {
                case < 3:
                    await Ask();
                    break;
                case 3 or 4:
                    await Hold();
                    break;
                case 5:
                    await Hold();
                    await Write($"word {_said.Count}");
                    break;
                case 6:
                    await Leave();
                    break;
                default:
                    await Race();
                    break;
            }
        }
    }

    /// <summary>Ends the play. Both viewers have then seen every message once, in order, and nothing behind the fence.</summary>
    public async Task AssertComplete()
    {
        await Hold();
        await Write(End);
        foreach (var viewer in _viewers)
            Assert.Equal(_said, await viewer.Messages);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var viewer in _viewers)
            await viewer.DisposeAsync();
        if (_admin is not null)
            await _admin.DisposeAsync();
        await _user.DisposeAsync();
    }

    private async Task Ask()
    {
        var text = $"question {_said.Count}";
        await _user.Do(new { type = "user_message", content = text }, $"q{_said.Count}");
        _said.Add(text);
    }

    private async Task Write(string text)
    {
        await _admin.Do(new { type = "user_message", content = text }, $"a{_said.Count}");
        _said.Add(text);
    }

    private async Task Hold()
    {
        Assert.Equal(200, await Call("takeover", "eve"));
        Takeovers += _isHeld ? 0 : 1;
        _isHeld = true;
    }

    private async Task Leave()
    {
        await Call("leave", "eve");
        _isHeld = false;
    }

    /// <summary>A second admin tries to get the session, and gives it back if that worked.</summary>
    private async Task Race()
    {
        var status = await Call("takeover", "kim");
        Assert.Equal(_isHeld ? 400 : 200, status);
        if (_isHeld)
            return;
        Takeovers++;
        await Call("leave", "kim");
    }

    /// <summary>
    /// Calls a random node until one has decided. A call whose response was lost is made again and finds its effect: a second takeover is
    /// one, and 400 to a second leave says that nothing is held.
    /// </summary>
    /// <returns>200 or 400.</returns>
    private async Task<int> Call(string what, string admin)
    {
        using var pause = new GrowingPause();
        while (true)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var http = _cluster.Nodes[_random.Next(_cluster.Nodes.Count)].Http;
                var answer = await PeopleNode.RestAt(http, "POST", $"/admin/{what}/{_user.Session}", $"{admin} {_number}");
                if (answer.Status is 200 or 400)
                    return answer.Status;
                Assert.True(answer.Status is 429 or >= 500, answer.Text);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // The node has died.
            }

            await pause.Next();
        }
    }
}
