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
    private TokenUsage? _usage;
    private string? _conversation = request.ProviderConversation;
    private int _length;

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
                if (_length == 0)
                    firstToken(clock.GetElapsedTime(asked));
                if ((replaces ? pieces.Replace(Fitting(text, 0)) : pieces.Add(Fitting(text, _length))) is { } piece)
                    send(piece);
                _length = (replaces ? 0 : _length) + text.Length;
                if (_length >= options.MaxAnswerLength)
                    return End(StreamOutcome.Completed(FinishReason.Length));
                await pieces.WaitForRoom().WaitAsync(stop).ConfigureAwait(false);
            }

            return _finish is null ? End(StreamOutcome.Cut(_length > 0, null)) : End(Completed(_finish.Value));
        }
        catch (TimeoutException silence)
        {
            return End(StreamOutcome.Silence(_length > 0, silence));
        }
        catch (ModelFailureException failure)
        {
            return End(StreamOutcome.Failed(_length > 0, failure));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return End(StreamOutcome.Completed(FinishReason.Stopped));
        }
        catch (Exception broken) // the edge to code that is not ours: any failure of a provider's library is a failed try
        {
            return End(StreamOutcome.Cut(_length > 0, broken));
        }
    }

    private string Fitting(string text, int before) => text[..Math.Min(text.Length, options.MaxAnswerLength - before)];

    private void Note(ChatResponseUpdate update)
    {
        _finish = update.FinishReason ?? _finish;
        _conversation = update.ConversationId ?? _conversation;
        foreach (var content in update.Contents)
        {
            if (content is UsageContent { Details: var details })
                _usage = new TokenUsage(
                    details.InputTokenCount ?? _usage?.Prompt ?? 0,
                    details.OutputTokenCount ?? _usage?.Completion ?? 0,
                    Estimated: false
                );
        }
    }

    private StreamOutcome End(StreamOutcome outcome) => outcome with { Usage = _usage, ProviderConversation = _conversation };

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
