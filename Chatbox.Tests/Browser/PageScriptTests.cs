namespace Chatbox.Tests.Browser;

/// <summary>The unit tests of the client library and of the pages' scripts (<c>web/*/tests</c>): vitest runs them once, and each is a case here.</summary>
public sealed class PageScriptTests
{
    private static readonly Lazy<Task<IReadOnlyDictionary<string, string?>>> Results = new(() => PageScripts.Test("vitest.config.ts"));

    /// <summary>The names of the script tests. A test file that cannot be loaded counts as a test with the file's name.</summary>
    public static TheoryData<string> Names => [.. Results.Value.GetAwaiter().GetResult().Keys];

    // Enumerated only when the theory runs: a run of other tests does not start Node.js.
    [TheoryRequiresTypeScript]
    [MemberData(nameof(Names), DisableDiscoveryEnumeration = true)]
    public async Task Script_test_passes(string name)
    {
        var failure = (await Results.Value)[name];
        Assert.True(failure is null, $"{name}\n{failure}"); // a test runner shortens the name
    }
}
