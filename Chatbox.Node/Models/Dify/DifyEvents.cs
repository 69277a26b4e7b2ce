using System.Text.Json;
using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Dify;

/// <summary>
/// The events of <c>chat-messages</c> with <c>response_mode: streaming</c>; the name is a member of the data. Those of workflows and
/// of speech are passed by.
/// </summary>
internal sealed class DifyEvents(string provider) : ProviderEvents(provider)
{
    private bool _replacing;

    /// <summary>The server's id of this conversation, from the first event on.</summary>
    public string? ConversationId { get; private set; }

    /// <summary>What to name in the stop call, from the first event on.</summary>
    public string? TaskId { get; private set; }

    /// <summary>The provider has said itself that the answer failed: nothing is left to stop.</summary>
    public bool Failed { get; private set; }

    public override string? Read(ReadOnlySpan<byte> data)
    {
        var kind = Kind.Other;
        string? answer = null;
        string? code = null;
        var json = new Utf8JsonReader(data);
        json.Begin();
        while (json.NextProperty())
        {
            if (json.ValueTextEquals("event"u8))
                kind = ReadKind(ref json);
            else if (json.ValueTextEquals("answer"u8))
                answer = json.Text();
            else if (ConversationId is null && json.ValueTextEquals("conversation_id"u8))
                ConversationId = json.Text();
            else if (TaskId is null && json.ValueTextEquals("task_id"u8))
                TaskId = json.Text();
            else if (json.ValueTextEquals("metadata"u8))
                ReadMetadata(ref json);
            else if (json.ValueTextEquals("code"u8))
                code = json.Text();
            else
                json.Pass();
        }

        json.End();
        return Take(kind, answer, code);
    }

    public override ChatResponseUpdate Piece(string text) => Mark(base.Piece(text));

    // An answer that was replaced by nothing has no piece after it that could say so.
    public override ChatResponseUpdate Last() => Mark(base.Last());

    private ChatResponseUpdate Mark(ChatResponseUpdate update)
    {
        update.ConversationId = ConversationId;
        if (!_replacing)
            return update;
        _replacing = false;
        update.AdditionalProperties = new AdditionalPropertiesDictionary { [ModelCall.Replace] = true };
        return update;
    }

    private string? Take(Kind kind, string? answer, string? code)
    {
        switch (kind)
        {
            case Kind.Text:
                return answer;
            case Kind.Replacement:
                _replacing = true;
                Finish = ChatFinishReason.ContentFilter;
                return answer;
            case Kind.Thought:
                // An agent's thought is sent whole each time it grows: only that there is one is passed on.
                Thinks("");
                return null;
            case Kind.End:
                Ended = true;
                return null;
            case Kind.Error:
                Failed = true;
                throw ProviderFailures.InStream(Provider, code);
            default:
                return null;
        }
    }

    private static Kind ReadKind(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.String)
            throw new JsonException();
        if (json.ValueTextEquals("message"u8) || json.ValueTextEquals("agent_message"u8))
            return Kind.Text;
        if (json.ValueTextEquals("message_end"u8))
            return Kind.End;
        if (json.ValueTextEquals("message_replace"u8))
            return Kind.Replacement;
        if (json.ValueTextEquals("agent_thought"u8))
            return Kind.Thought;
        return json.ValueTextEquals("error"u8) ? Kind.Error : Kind.Other;
    }

    private void ReadMetadata(ref Utf8JsonReader json)
    {
        if (!json.OpenObject())
            return;
        while (json.NextProperty())
        {
            if (json.ValueTextEquals("usage"u8))
                ReadUsage(ref json);
            else
                json.Pass();
        }
    }

    private void ReadUsage(ref Utf8JsonReader json)
    {
        if (!json.OpenObject())
            return;
        while (json.NextProperty())
        {
            if (json.ValueTextEquals("prompt_tokens"u8))
                Used(json.Number(), null);
            else if (json.ValueTextEquals("completion_tokens"u8))
                Used(null, json.Number());
            else
                json.Pass();
        }
    }

    private enum Kind
    {
        Other,
        Text,
        Replacement,
        Thought,
        End,
        Error,
    }
}
