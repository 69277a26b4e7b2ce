using Chatbox.Node.Models.Anthropic;
using Chatbox.Node.Models.Demo;
using Chatbox.Node.Models.Dify;
using Chatbox.Node.Models.OpenAi;

namespace Chatbox.Node.Models.Providers;

/// <summary>The provider types of this version.</summary>
internal static class ProviderTypes
{
    /// <summary>Every provider type, in the order in which documents and error texts list them.</summary>
    public static IReadOnlyList<ProviderType> All { get; } =
    [new OpenAiProvider(), new AnthropicProvider(), new DifyProvider(), new DemoProvider()];

    /// <summary>The names of some provider types for a text, such as <c>openai, anthropic or dify</c>.</summary>
    /// <param name="isMeant">Chooses the types.</param>
    /// <param name="conjunction">The word before the last name; null for a comma.</param>
    public static string Names(Func<ProviderType, bool> isMeant, string? conjunction = null)
    {
        var names = All.Where(isMeant).Select(type => type.Name).ToList();
        return conjunction is null || names.Count < 2
            ? string.Join(", ", names)
            : $"{string.Join(", ", names[..^1])} {conjunction} {names[^1]}";
    }
}
