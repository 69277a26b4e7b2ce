using System.Text.Json;

namespace Chatbox.Tests.Servers;

/// <summary>
/// Asks a server with npm's <c>dify-ai-provider</c>, a Dify client we have no part in: what it understands of our fake is what a real
/// server would have said.
/// </summary>
internal static class DifyClientCheck
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>One question: <c>{text, conversationId, finishReason, promptTokens, completionTokens, error}</c>.</summary>
    public static async Task<JsonElement> Ask(Uri endpoint, string question, string? conversation = null)
    {
        using var deadline = new CancellationTokenSource(Longest);
        using var node = new NpmProcess("dify-client.mjs", endpoint.ToString(), question, conversation ?? "");
        return JsonElement.Parse(await node.Output(deadline.Token));
    }
}
