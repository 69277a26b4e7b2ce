using Chatbox.Client.Conversations;

namespace Chatbox.Tests.Contract.Clients;

/// <summary>
/// Plays the scenarios that all clients share with <c>Chatbox.Client</c>: whatever happens to its connection and its node, a client ends with the
/// conversation of a viewer who never left. <c>ClientConformanceTests</c> plays the same ones with the client in TypeScript.
/// </summary>
public sealed class ConformanceTests(ConformanceWorld world) : IClassFixture<ConformanceWorld>
{
    public static TheoryData<string> Names => [.. ConformanceSuite.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Client_keeps_its_promise(string name)
    {
        world.Begin();
        try
        {
            foreach (var step in ConformanceSuite.Steps(name))
                await Play(step);
        }
        finally
        {
            await world.End();
        }
    }

    private Task Play(ConformanceStep step) =>
        step.Action switch
        {
            "model" or "network" or "node" => Change(step),
            "viewer" => Watch(step),
            "connect" => Done(() => world.Connect(step, world.Network.Address)),
            "sign in" => Done(() => world.Person(step.Client).SignIn(world.UserOf(step))),
            "close" => world.Close(step.Client),
            _ => Play(step, world.Person(step.Client)),
        };

    private Task Play(ConformanceStep step, ConformancePerson person) =>
        step.Action switch
        {
            "bound" => person.UntilBound(),
            "send" => person.Client.Send(step.Text("text")),
            "stop" => Done(() => Assert.True(person.Client.Stop())),
            "regenerate" => Done(() => Assert.True(person.Client.Regenerate())),
            "select model" => Done(() => Assert.True(person.Client.SelectModel(step.Text("model")))),
            "shows" => person.Until(now => now.Entries.Exists(e => e.Text.StartsWith(step.Text("text"), StringComparison.Ordinal))),
            "answered" => person.UntilDone(step.Number("answers")!.Value),
            "ends like" => EndLike(person, world.Person(step.Text("viewer")), step.Number("answers")!.Value),
            "texts" => Done(() =>
                Assert.Equal(step.Texts("are").Order(StringComparer.Ordinal), person.Texts().Order(StringComparer.Ordinal))
            ),
            "said" => Done(() => Assert.Equal(step.Texts("are"), person.Texts(EntryRole.User))),
            "begins" => Done(() => AssertBegins(person.Texts(EntryRole.Ai)[0], step)),
            "took tokens" => person.UntilTaken(step.Number("count")!.Value),
            "refused" => Refuse(person, step.Text("reason")),
            _ => throw new NotSupportedException($"No step is called \"{step.Action}\"."),
        };

    private Task Change(ConformanceStep step)
    {
        switch (step.Action, step.TextOrNull("is"))
        {
            case ("model", _) when step.Number("stopAfter") is { } pieces:
                return Done(() => world.Model.StopAfter(pieces));
            case ("model", _):
                return Done(() => world.Model.Continue(step.Number("continue") ?? int.MaxValue));
            case ("network", "cut"):
                return Done(world.Network.Cut);
            case ("network", "losing answers"):
                return Done(world.Network.LoseAnswers);
            case ("network", "blocking upgrades"):
                return Done(world.Network.BlockUpgrades);
            case ("network", "stalled" or "going on"):
                return Done(() => world.Network.Stall(step.Text("is") == "stalled"));
            case ("network", "down" or "up"):
                return Done(() => world.Network.TakeDown(step.Text("is") == "down"));
            case ("node", "killed"):
                return world.Node.Kill();
            case ("node", "stopped"):
                return world.Node.Terminate();
            case ("node", "started"):
                return world.Node.Start();
            default:
                throw new NotSupportedException($"No step is called {step}.");
        }
    }

    private async Task Watch(ConformanceStep step)
    {
        world.Connect(step, new Uri(world.Node.Address, "chatbox/"));
        await world.Person(step.Client).UntilBound();
    }

    private static async Task EndLike(ConformancePerson client, ConformancePerson viewer, int answers)
    {
        await Task.WhenAll(client.UntilDone(answers), viewer.UntilDone(answers));
        Assert.Equal(viewer.Entries, client.Entries);
    }

    /// <summary>A long answer ends at the node's limit.</summary>
    private static void AssertBegins(string text, ConformanceStep step)
    {
        Assert.StartsWith(text, string.Concat(ConformanceSuite.Answers()[step.Text("answer")]), StringComparison.Ordinal);
        Assert.InRange(text.Length, step.Number("atLeast")!.Value, int.MaxValue);
    }

    private static async Task Refuse(ConformancePerson person, string reason) =>
        Assert.Equal(reason, (await person.Refused()).ToString(), ignoreCase: true);

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}
