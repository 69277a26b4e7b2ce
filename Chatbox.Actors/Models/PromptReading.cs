using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;

namespace Chatbox.Actors.Models;

/// <summary>
/// Reads the files of a prompt, the newest message first, as far back as the model's budget reaches. A file that cannot be read in time is
/// only named to the model, so that there is an answer all the same.
/// </summary>
/// <param name="reader">Null on a node that reads no files: all are only named.</param>
/// <param name="timeout">Longest time for all files of the prompt.</param>
internal sealed class PromptReading(IPromptFileReader? reader, ModelDescription model, TimeSpan timeout, TimeProvider clock)
{
    /// <summary>
    /// Greatest number of bytes of all files that one prompt gives to a model. With the third that Base64 adds, Anthropic takes 32 MB in a request;
    /// a request beyond that would be refused with all of its files.
    /// </summary>
    public const long MostBytes = 20L * 1024 * 1024;

    private long _bytes;

    /// <summary>Whether a prompt has files to read.</summary>
    public static bool IsNeeded(IReadOnlyList<ChatMessage> prompt) => prompt.Any(HasFiles);

    /// <summary>Never throws: what fails is only named.</summary>
    public async Task<ReadPrompt> Read(IReadOnlyList<ChatMessage> prompt, PromptLimits limits, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        var read = prompt.ToArray();
        var missed = new Dictionary<ChatMessage, IReadOnlyList<MessageFile>>(ReferenceEqualityComparer.Instance);
        var (question, budget) = (PromptLimits.Question(prompt), (double)limits.BudgetOf(model));
        for (var i = read.Length - 1; i >= 0; i--)
        {
            if (HasFiles(read[i]))
            {
                // What lies further back than the budget reaches is left out of the prompt.
                var isLeftOut = i < question && budget < 0;
                (read[i], var lost) = await Read(prompt[i], isLeftOut ? null : reader, either.Token).ConfigureAwait(false);
                if (lost.Count > 0)
                    missed[read[i]] = lost;
            }

            budget -= limits.Cost(TokenEstimate.Of(read[i]));
        }

        return new ReadPrompt(read, missed);
    }

    private static bool HasFiles(ChatMessage message) => message.Contents.Any(content => content is PromptFile);

    private async Task<(ChatMessage Message, IReadOnlyList<MessageFile> Missed)> Read(
        ChatMessage message,
        IPromptFileReader? reader,
        CancellationToken cancellationToken
    )
    {
        var missed = new List<MessageFile>();
        var contents = await Task.WhenAll(message.Contents.Select(Content)).ConfigureAwait(false);
        return (new ChatMessage(message.Role, [.. contents.Select(Fitting)]), missed);

        AIContent Fitting(AIContent content)
        {
            if (content is not GivenFile given)
                return content;
            if (_bytes + given.Bytes.Length <= MostBytes)
            {
                _bytes += given.Bytes.Length;
                return content;
            }

            given.Dispose();
            missed.Add(given.File);
            return new TextContent(FileWords.NotGiven(given.File));
        }

        async Task<AIContent> Content(AIContent content)
        {
            if (content is not PromptFile file)
                return content;
            switch (await ReadInTime(reader, file, cancellationToken).ConfigureAwait(false))
            {
                case ReadFile.AsText text:
                    return new TextContent(FileWords.WithText(file.File, text.Text, text.IsWhole));
                case ReadFile.AsBytes bytes:
                    return bytes.Content;
                default:
                    lock (missed)
                        missed.Add(file.File);
                    return new TextContent(FileWords.NotGiven(file.File));
            }
        }
    }

    private static async Task<ReadFile?> ReadInTime(IPromptFileReader? reader, PromptFile file, CancellationToken cancellationToken)
    {
        if (reader is null || cancellationToken.IsCancellationRequested)
            return null;
        var reading = reader.Read(file, cancellationToken);
        try
        {
            return await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) // the edge to stores, documents and other people's servers: whatever fails, the model answers without the file
        {
            _ = reading.ContinueWith(
                late => (late.Result as ReadFile.AsBytes)?.Content.Dispose(),
                TaskContinuationOptions.OnlyOnRanToCompletion
            );
            return null;
        }
    }
}

/// <summary>A prompt whose files were read, as far as they can be. Disposing frees the memory of the files.</summary>
/// <param name="messages">As many messages as before.</param>
/// <param name="missed">The files that could not be read, by their message.</param>
internal sealed class ReadPrompt(IReadOnlyList<ChatMessage> messages, IReadOnlyDictionary<ChatMessage, IReadOnlyList<MessageFile>> missed)
    : IDisposable
{
    public IReadOnlyList<ChatMessage> Messages { get; } = messages;

    /// <summary>The files that the model is only named although it could read them.</summary>
    /// <param name="sent">The messages that the model gets.</param>
    public IReadOnlyList<MessageFile> Missed(IReadOnlyList<ChatMessage> sent) =>
        [.. sent.SelectMany(message => missed.GetValueOrDefault(message) ?? [])];

    /// <summary>The files whose bytes the model gets.</summary>
    public static IReadOnlyList<MessageFile> Given(IReadOnlyList<ChatMessage> sent) =>
        [.. sent.SelectMany(message => message.Contents).OfType<GivenFile>().Select(content => content.File)];

    /// <summary>The messages with all files only named, for a provider that refuses them.</summary>
    public static IReadOnlyList<ChatMessage> WithoutFiles(IReadOnlyList<ChatMessage> messages) =>
        [
            .. messages.Select(message =>
                message.Contents.Any(content => content is GivenFile)
                    ? new ChatMessage(message.Role, [.. message.Contents.Select(Named)])
                    : message
            ),
        ];

    public void Dispose()
    {
        foreach (var content in Messages.SelectMany(message => message.Contents).OfType<GivenFile>())
            content.Dispose();
    }

    private static AIContent Named(AIContent content) =>
        content is GivenFile file ? new TextContent(FileWords.NotGiven(file.File)) : content;
}
