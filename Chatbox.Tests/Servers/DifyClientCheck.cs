using System.Text.Json;

namespace Chatbox.Tests.Servers;

/// <summary>
/// Sends questions with the npm package <c>dify-ai-provider</c>. Our fake of Dify is faithful if an independent Dify client understands it.
/// </summary>
internal static class DifyClientCheck
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Sends a question and returns <c>{text, conversationId, finishReason, promptTokens, completionTokens, error}</c>.</summary>
    public static async Task<JsonElement> Ask(Uri endpoint, string question, string? conversation = null)
    {
        using var deadline = new CancellationTokenSource(Longest);
        using var node = new NpmProcess("dify-client.mjs", endpoint.ToString(), question, conversation ?? "");
        return JsonElement.Parse(await node.Output(deadline.Token));
    }
}
