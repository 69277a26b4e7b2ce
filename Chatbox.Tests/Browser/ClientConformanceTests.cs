using Chatbox.Node;

namespace Chatbox.Tests.Browser;

/// <summary>
/// The client library against a node in a process of its own (<c>web/client/conformance</c>): whatever happens to its connection and its node, it
/// ends with the transcript of a viewer who never left.
/// </summary>
public sealed class ClientConformanceTests
{
    private static readonly Lazy<Task<IReadOnlyDictionary<string, string?>>> Results = new(() =>
        PageScripts.Test("vitest.conformance.config.ts", ("CONFORMANCE_NODE", typeof(NodeHost).Assembly.Location))
    );

    public static TheoryData<string> Names => [.. Results.Value.GetAwaiter().GetResult().Keys];

    // Enumerated only when the theory runs: a run of other tests does not start Node.js.
    [TheoryRequiresTypeScript]
    [MemberData(nameof(Names), DisableDiscoveryEnumeration = true)]
    public async Task Client_keeps_its_promise(string name)
    {
        var failure = (await Results.Value)[name];
        Assert.True(failure is null, $"{name}\n{failure}");
    }
}
