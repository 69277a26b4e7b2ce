namespace Chatbox.Node.Configuration.Formats;

/// <summary>Format of the prompts that the chat page offers for a new conversation: with <c>|</c> or a line break between them.</summary>
internal static class StarterPromptFormat
{
    private const int Most = 6;
    private const int Longest = 200;

    public static ValueFormat<IReadOnlyList<string>> Prompts { get; } =
        new(
            $"list: at most {Most} texts of at most {Longest} characters, with | between them",
            raw =>
            {
                string[] prompts =
                [
                    .. (raw.Text?.Split(['|', '\n']) ?? raw.Items).Select(prompt => prompt.Trim()).Where(prompt => prompt.Length > 0),
                ];
                if (prompts.Length > Most)
                    return Parsed<IReadOnlyList<string>>.Refused($"has {prompts.Length} prompts: at most {Most} have room");
                return Array.FindIndex(prompts, prompt => prompt.Length > Longest) is var tooLong and >= 0
                    ? Parsed<IReadOnlyList<string>>.Refused(
                        $"prompt {tooLong + 1} has {prompts[tooLong].Length} characters: at most {Longest} are allowed"
                    )
                    : new Parsed<IReadOnlyList<string>>(prompts, null);
            },
            prompts => string.Join('|', prompts)
        )
        {
            IsProse = true,
        };
}
