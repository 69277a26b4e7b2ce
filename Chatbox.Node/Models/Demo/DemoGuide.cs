using System.Text;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Demo;

/// <summary>
/// The text of the demo's answers. The same conversation always gets the same text, so that an interrupted answer can continue exactly.
/// </summary>
internal static class DemoGuide
{
    private const int LongestTopic = 60;

    private static readonly string Setup = """
        To talk with a real model, stop this server, set these variables and start it again:

        ```sh
        export LLM_PROVIDER_1_ID=gpt
        export LLM_PROVIDER_1_NAME="GPT"
        export LLM_PROVIDER_1_TYPE=openai
        export LLM_PROVIDER_1_ENDPOINT=https://api.openai.com/v1
        export LLM_PROVIDER_1_API_KEY=<your key>
        export LLM_PROVIDER_1_MODEL=gpt-4o-mini
        ```

        - `LLM_PROVIDER_1_TYPE` is openai, anthropic or dify. Use `openai` for every OpenAI-compatible server: for a local Ollama, the endpoint is `http://localhost:11434/v1` and the key may be any word.
        - For Anthropic, the endpoint is `https://api.anthropic.com/v1`; for Dify, it is the address of the API that the app's page shows, and the key is the app's.
        - More models go into `LLM_PROVIDER_2_…`, `LLM_PROVIDER_3_…`; `LLM_DEFAULT_MODEL` names the ID of the one that new conversations start with.

        The same settings can stand in `config.toml`. Everything else here is the real thing: this answer is stored, streamed and resumed the way a model's would be. Try to stop it, reload the page half-way, or open it in a second window.
        """;

    private const string Again = """
        I can still only repeat how to get a real model: set `LLM_PROVIDER_1_ID`, `_NAME`, `_TYPE`, `_ENDPOINT`, `_API_KEY` and `_MODEL`, each with `LLM_PROVIDER_1` before it, and start the server again. My first answer in this conversation, or any question in a new one, shows them with an example.
        """;

    public static string For(IReadOnlyList<ChatMessage> conversation)
    {
        var topic = Topic(conversation.LastOrDefault(message => message.Role == ChatRole.User)?.Text ?? "");
        var isFirst = !conversation.Any(message => message.Role == ChatRole.Assistant);
        var answer = new StringBuilder();
        if (topic.Length > 0)
            answer.Append("You wrote: “").Append(topic).Append("”. ");
        answer.Append("I am a demo without a language model behind me, so I cannot answer that; nothing you write leaves this server.\n\n");
        return answer.Append(isFirst ? Setup : Again).ToString();
    }

    /// <summary>The first line of the question, cut between words and never inside a surrogate pair.</summary>
    private static string Topic(string question)
    {
        var line = question.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        if (end >= 0)
            line = line[..end].TrimEnd();
        if (line.Length <= LongestTopic)
            return line.ToString();
        var cut = line[..LongestTopic].LastIndexOf(' ');
        if (cut < LongestTopic / 2)
            cut = char.IsHighSurrogate(line[LongestTopic - 1]) ? LongestTopic - 1 : LongestTopic;
        return $"{line[..cut]}…";
    }
}
