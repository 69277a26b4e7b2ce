using Chatbox.Node;
using Chatbox.Tests.Contract.Clients;

namespace Chatbox.Tests.Browser;

/// <summary>
/// The client library in TypeScript against a node in a process of its own (<c>web/client/conformance</c>), with the scenarios that all clients share.
/// <c>ConformanceTests</c> plays the same ones with <c>Chatbox.Client</c>.
/// </summary>
public sealed class ClientConformanceTests
{
    private static readonly Lazy<Task<IReadOnlyDictionary<string, string?>>> Results = new(Play);

    public static TheoryData<string> Names => [.. ConformanceSuite.Names];

    [TheoryRequiresTypeScript]
    [MemberData(nameof(Names))]
    public async Task Client_keeps_its_promise(string name)
    {
        var results = await Results.Value;

        Assert.Equal(ConformanceSuite.Names.Order(), results.Keys.Order());
        Assert.True(results[name] is null, $"{name}\n{results[name]}");
    }

    private static async Task<IReadOnlyDictionary<string, string?>> Play()
    {
        var results = await PageScripts.Test("vitest.conformance.config.ts", ("CONFORMANCE_NODE", typeof(NodeHost).Assembly.Location));
        return results.ToDictionary(result => result.Key.Split(": ", 2)[1], result => result.Value);
    }
}
