using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Actors.Models;

/// <summary>One try: reads the provider's stream to its end, however it ends.</summary>
internal sealed class AnswerStream(
    StartAnswer request,
    IChatClient client,
    ModelOptions options,
    TimeProvider clock,
    CancellationToken stop
)
{
    private ChatFinishReason? _finish;
    private long? _promptTokens;
    private long? _completionTokens;
    private string? _conversation = request.ProviderConversation;
    private int _length;
    private volatile bool _hasStreamed;

    /// <summary>Something has been handed on: asking again would double it.</summary>
    public bool HasStreamed => _hasStreamed;

    /// <summary>Never throws: every failure is an outcome.</summary>
    public async Task<StreamOutcome> Run(PieceGatherer pieces, Action<Piece> send, Action<TimeSpan> firstToken)
    {
        try
        {
            var asked = clock.GetTimestamp();
            var updates = client
                .GetStreamingResponseAsync(request.Prompt, ChatOptions(), stop)
                .WithTokenTimeouts(options.FirstTokenTimeout, options.GapTimeout, clock, stop);
            await foreach (var update in updates.ConfigureAwait(false))
            {
                Note(update);
                var text = update.Text;
                var replaces = update.AdditionalProperties?.ContainsKey(ModelCall.Replace) is true;
                if (text.Length == 0 && !replaces)
                    continue;
                if (!_hasStreamed)
                    firstToken(clock.GetElapsedTime(asked));
                _hasStreamed = true;
                if (replaces)
                    _length = 0;
                var fitting = Fitting(text);
                if ((replaces ? pieces.Replace(fitting) : pieces.Add(fitting)) is { } piece)
                    send(piece);
                _length += text.Length;
                if (_length >= options.MaxAnswerLength)
                    return End(StreamOutcome.Completed(FinishReason.Length));
                await pieces.WaitForRoom().WaitAsync(stop).ConfigureAwait(false);
            }

            return _finish is null ? End(StreamOutcome.Cut(_hasStreamed, null)) : End(Completed(_finish.Value));
        }
        catch (TimeoutException silence)
        {
            return End(StreamOutcome.Silence(_hasStreamed, silence));
        }
        catch (ModelFailureException failure)
        {
            return End(StreamOutcome.Failed(_hasStreamed, failure));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return End(StreamOutcome.Completed(FinishReason.Stopped));
        }
        catch (Exception broken) // the edge to code that is not ours: any failure of a provider's library is a failed try
        {
            return End(StreamOutcome.Cut(_hasStreamed, broken));
        }
    }

    /// <summary>As much of the text as there is room for, in whole characters.</summary>
    private string Fitting(string text)
    {
        var room = options.MaxAnswerLength - _length;
        if (text.Length <= room)
            return text;
        return text[..(room > 0 && char.IsHighSurrogate(text[room - 1]) ? room - 1 : room)];
    }

    private void Note(ChatResponseUpdate update)
    {
        _finish = update.FinishReason ?? _finish;
        _conversation = update.ConversationId ?? _conversation;
        foreach (var content in update.Contents)
        {
            if (content is not UsageContent { Details: var details })
                continue;
            _promptTokens = details.InputTokenCount ?? _promptTokens;
            _completionTokens = details.OutputTokenCount ?? _completionTokens;
        }
    }

    // Half a count is none: nought is not what the provider said.
    private StreamOutcome End(StreamOutcome outcome) =>
        outcome with
        {
            Usage = _promptTokens is { } prompt && _completionTokens is { } completion ? new(prompt, completion, Estimated: false) : null,
            ProviderConversation = _conversation,
        };

    private static StreamOutcome Completed(ChatFinishReason reason) =>
        reason == ChatFinishReason.Length ? StreamOutcome.Completed(FinishReason.Length)
        // A filter broke the answer off: the text is not whole, though nothing failed.
        : reason == ChatFinishReason.ContentFilter ? StreamOutcome.Completed(FinishReason.Cut)
        : StreamOutcome.Completed(FinishReason.Stop);

    private ChatOptions ChatOptions()
    {
        var chat = new ChatOptions
        {
            ConversationId = request.ProviderConversation,
            AdditionalProperties = new AdditionalPropertiesDictionary { [ModelCall.User] = request.UserId.Value },
        };
        if (request.Continues)
            chat.AdditionalProperties[ModelCall.Continue] = true;
        return chat;
    }
}
