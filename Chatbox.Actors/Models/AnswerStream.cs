using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Actors.Models;

/// <summary>One request to the provider: reads its stream to the end and reports how the request ended.</summary>
/// <param name="pace">When the response is read once its text has begun; null for whenever something arrives.</param>
internal sealed class AnswerStream(
    StartAnswer request,
    ShrinkingPrompt prompt,
    ModelDescription model,
    IChatClient client,
    ModelOptions options,
    ReadPace? pace,
    TimeProvider clock,
    CancellationToken cancellationToken
)
{
    private ChatFinishReason? _finish;
    private long? _promptTokens;
    private long? _completionTokens;
    private string? _conversation = request.ProviderConversation;
    private int _length = request.Length;
    private readonly StreamSigns _signs = new();
    private volatile bool _hasText;
    private volatile bool _hasThought;
    private volatile bool _hasFile;

    /// <summary>Whether the model has written, thought or returned something, which proves that it works.</summary>
    public bool HasAnswer => _hasText || _hasThought || _hasFile;

    private StreamProgress Progress => new(_signs.HasBegun || HasAnswer, HasAnswer, _hasText);

    /// <summary>
    /// Reads the stream, and then waits for its files. It never throws: every failure is an outcome.
    /// </summary>
    /// <param name="files">Takes the files of the answer.</param>
    /// <param name="firstToken">Called once, with the time to the first text.</param>
    /// <param name="thinks">Called from time to time while the model thinks, with the part of its thinking that may be shown.</param>
    public async Task<StreamOutcome> Run(
        PieceGatherer pieces,
        ReturnedFiles files,
        Action<Piece> send,
        Action<TimeSpan> firstToken,
        Action<string> thinks
    )
    {
        var outcome = await Read(pieces, files, send, firstToken, thinks).ConfigureAwait(false);
        await files.All().ConfigureAwait(false);
        return outcome;
    }

    private async Task<StreamOutcome> Read(
        PieceGatherer pieces,
        ReturnedFiles files,
        Action<Piece> send,
        Action<TimeSpan> firstToken,
        Action<string> thinks
    )
    {
        var thinking = new ThinkingReporter(model.ShowsThinking, clock, thinks);
        using var ending = cancellationToken.UnsafeRegister(static pace => ((ReadPace?)pace)?.End(), pace);
        try
        {
            var asked = clock.GetTimestamp();
            var updates = client
                .GetStreamingResponseAsync(prompt.Messages, ChatOptions(), cancellationToken)
                .WithTokenTimeouts(options.FirstTokenTimeoutOf(model), options.GapTimeout, clock, Begins, _signs, cancellationToken);
            await foreach (var update in updates.ConfigureAwait(false))
            {
                _signs.Begin();
                NoteDetails(update, thinking, files);
                if (!HasContent(update))
                    continue;
                var text = update.Text;
                var replaces = Replaces(update);
                thinking.Flush();
                if (!_hasText)
                    firstToken(clock.GetElapsedTime(asked));
                _hasText = true;
                if (replaces)
                    _length = 0;
                var fitting = CutToFit(text);
                if ((replaces ? pieces.Replace(fitting) : pieces.Add(fitting)) is { } piece)
                    send(piece);
                _length += text.Length;
                if (_length >= options.MaxAnswerLength)
                    return WithTotals(StreamOutcome.Completed(FinishReason.Length));
                await pieces.WaitForRoom().WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            return _finish is null ? WithTotals(StreamOutcome.Cut(Progress, null)) : WithTotals(Completed(_finish.Value));
        }
        catch (TimeoutException silence)
        {
            return WithTotals(StreamOutcome.Silence(Progress, silence));
        }
        catch (ModelFailureException failure)
        {
            return WithTotals(StreamOutcome.Failed(Progress, failure));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return WithTotals(StreamOutcome.Completed(FinishReason.Stopped));
        }
        catch (Exception broken) // the edge to code that is not ours: any failure of a provider's library is a failed try
        {
            return WithTotals(StreamOutcome.Cut(Progress, broken));
        }
    }

    /// <summary>Cuts the text to the remaining length of the answer, without splitting a surrogate pair.</summary>
    private string CutToFit(string text)
    {
        var room = options.MaxAnswerLength - _length;
        if (text.Length <= room)
            return text;
        return text[..(room > 0 && char.IsHighSurrogate(text[room - 1]) ? room - 1 : room)];
    }

    private static bool Replaces(ChatResponseUpdate update) => update.AdditionalProperties?.ContainsKey(ModelCall.Replace) is true;

    private static bool HasContent(ChatResponseUpdate update) => update.Text.Length > 0 || Replaces(update);

    private static bool Begins(ChatResponseUpdate update) => HasContent(update) || update.Contents.Any(ReturnedFiles.IsFile);

    private void NoteDetails(ChatResponseUpdate update, ThinkingReporter thinking, ReturnedFiles files)
    {
        _finish = update.FinishReason ?? _finish;
        _conversation = update.ConversationId ?? _conversation;
        foreach (var content in update.Contents)
        {
            switch (content)
            {
                case TextReasoningContent thought:
                    _hasThought = true;
                    thinking.Add(thought.Text);
                    break;
                case var _ when ReturnedFiles.IsFile(content):
                    _hasFile = true;
                    files.Take(content);
                    break;
                case UsageContent { Details: var details }:
                    _promptTokens = details.InputTokenCount ?? _promptTokens;
                    _completionTokens = details.OutputTokenCount ?? _completionTokens;
                    break;
            }
        }
    }

    // If only one of the two counts is known, neither is reported: the other would read as zero.
    private StreamOutcome WithTotals(StreamOutcome outcome) =>
        outcome with
        {
            Usage = _promptTokens is { } prompt && _completionTokens is { } completion ? new(prompt, completion, Estimated: false) : null,
            ProviderConversation = _conversation,
            PromptWasTaken = HasAnswer || outcome.ErrorCode is null,
        };

    private StreamOutcome Completed(ChatFinishReason reason) =>
        reason == ChatFinishReason.Stop ? StreamOutcome.Completed(FinishReason.Stop)
        : reason == ChatFinishReason.Length ? StreamOutcome.Completed(FinishReason.Length)
        : reason == ChatFinishReason.ContentFilter ? StreamOutcome.Filtered(Progress)
        : StreamOutcome.Unfinished(Progress, failed: reason == ModelCall.Failed, Unfinished(reason.Value));

    /// <summary>Creates the failure for the log. The provider's word is shortened to characters and a length that are safe there.</summary>
    private static ModelFailureException Unfinished(string reason)
    {
        var word = string.Concat(reason.Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-').Take(40));
        return new ModelFailureException(ModelFailureKind.Broken, $"The model ended its answer with the reason \"{word}\".");
    }

    private ChatOptions ChatOptions()
    {
        var chat = new ChatOptions
        {
            ConversationId = request.ProviderConversation,
            MaxOutputTokens = prompt.Output,
            AdditionalProperties = new AdditionalPropertiesDictionary
            {
                [ModelCall.User] = request.UserId.Value,
                [ModelCall.Signs] = _signs,
                [ModelCall.Pace] = pace,
            },
        };
        if (request.Continues)
            chat.AdditionalProperties[ModelCall.Continue] = true;
        return chat;
    }
}
