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
            "speech" => Done(() => world.Speak(step.Text("is"))),
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
            "send" => person.Send(step.Text("text"), step.Texts("files"), step.Has("voice"), step.Has("speak")),
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
            "spoken" => person.UntilSpoken(step.Texts("are")),
            "lacks" => AssertLacks(person, step.Text("text")),
            "older" => person.LoadOlder(step.Number("pages")),
            "upload" or "uploaded" or "upload refused" or "upload went on" or "files" => PlayFiles(step, person),
            "took tokens" => person.UntilTaken(step.Number("count")!.Value),
            "refused" => Refuse(person, step.Text("reason")),
            _ => throw new NotSupportedException($"No step is called \"{step.Action}\"."),
        };

    private Task PlayFiles(ConformanceStep step, ConformancePerson person) =>
        step.Action switch
        {
            "upload" => Done(() =>
                person.Files[step.Text("file")] = new ConformanceUpload(person.Client, step.Text("file"), step.FileContent)
            ),
            "uploaded" => person.Files[step.Text("file")].Done(),
            "upload refused" => RefuseFile(person.Files[step.Text("file")], step.Text("reason")),
            "upload went on" => Done(() => AssertWentOn(step.Number("cuts")!.Value)),
            _ => CheckFiles(person, step.Texts("are")),
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
            case ("network", "cutting uploads"):
                return Done(() => world.Network.CutUploads(step.Number("after")!.Value, step.Number("times")!.Value));
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

    private static async Task AssertLacks(ConformancePerson person, string text)
    {
        // Newer messages can come before the history.
        await person.Until(conversation => conversation.HasOlder);
        Assert.DoesNotContain(text, person.Texts());
    }

    /// <summary>Every request but the first began behind the one before.</summary>
    private void AssertWentOn(int cuts)
    {
        var offsets = world.Network.UploadOffsets;
        Assert.Equal(0, world.Network.CutsLeft);
        Assert.InRange(offsets.Count, cuts + 1, int.MaxValue);
        Assert.Equal(0, offsets[0]);
        Assert.Equal(offsets.Distinct().Order(), offsets);
    }

    private async Task CheckFiles(ConformancePerson person, IReadOnlyList<string> names)
    {
        var files = person.Client.Conversation.Entries.SelectMany(entry => entry.Files).ToList();
        Assert.Equal(names, files.Select(file => file.Name));
        foreach (var file in files)
        {
            var content = world.Uploaded(file.Name);
            Assert.Equal(content.LongLength, file.Size);
            Assert.Equal(content, await world.Node.Http.GetByteArrayAsync(new Uri(world.Node.Address, file.FileUrl)));
        }
    }

    private static async Task RefuseFile(ConformanceUpload upload, string reason) => Assert.Equal(reason, await upload.Refusal());

    private static async Task Refuse(ConformancePerson person, string reason) =>
        Assert.Equal(reason, (await person.Refused()).ToString(), ignoreCase: true);

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}
