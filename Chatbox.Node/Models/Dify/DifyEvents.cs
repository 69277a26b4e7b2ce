using System.Text.Json;
using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Dify;

/// <summary>
/// The events of <c>chat-messages</c> with <c>response_mode: streaming</c>; the name is a member of the data. Those of speech are passed by,
/// and of a workflow only its failure counts.
/// </summary>
/// <param name="provider">For failures.</param>
/// <param name="isKnown">The question was asked in a conversation that the server should know.</param>
/// <param name="heard">Called once, when the first event has come that is not a ping.</param>
internal sealed class DifyEvents(string provider, bool isKnown = false, Action? heard = null) : ProviderEvents(provider)
{
    private Action? _heard = heard;
    private bool _replacing;
    private bool _isReplaced;
    private bool _workflowFailed;

    /// <summary>The server's id of this conversation, from the first event on.</summary>
    public string? ConversationId { get; private set; }

    /// <summary>What to name in the stop call, from the first event on.</summary>
    public string? TaskId { get; private set; }

    /// <summary>The provider has said itself that the answer failed: nothing is left to stop.</summary>
    public bool Failed { get; private set; }

    protected override void ReadObject(ref Utf8JsonReader json, EventName name, bool isDocument)
    {
        var before = TextLength;
        var error = new ErrorReport();
        var kind = name switch
        {
            EventName.Error => Kind.Error,
            EventName.MessageStop => Kind.End,
            _ => Kind.Unnamed,
        };
        var hasAnswer = false;
        var failed = false;
        while (json.NextProperty())
        {
            if (json.Is("event"u8))
                kind = ReadKind(ref json);
            else if (json.Is("answer"u8))
            {
                Say(ref json);
                hasAnswer = true;
            }
            else if (ConversationId is null && json.Is("conversation_id"u8))
                ConversationId = json.Text();
            else if (TaskId is null && json.Is("task_id"u8))
                TaskId = json.Text();
            else if (json.Is("metadata"u8))
                ReadMetadata(ref json);
            else if (json.Is("data"u8))
                failed = ReadData(ref json);
            else if (!error.Take(ref json))
                json.Pass();
        }

        if (kind != Kind.Ping)
        {
            _heard?.Invoke();
            _heard = null;
        }

        // The error itself follows as an event of its own; not in all versions.
        _workflowFailed |= failed && kind == Kind.Workflow;
        Take(kind, before, hasAnswer && isDocument, error);
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

    private void Take(Kind kind, int before, bool isWhole, ErrorReport error)
    {
        var failed = kind == Kind.Error || (kind == Kind.End && _workflowFailed);
        if (failed || error.IsError(holdsAnswer: kind != Kind.Unnamed || isWhole))
        {
            Failed = true;
            if (isKnown && !HasText && TextLength == 0 && DifyChatClient.IsGone(error.Status ?? 0, ProviderWords.Of([.. error.Words])))
                throw new ConversationGoneException("an error inside the answer");

            // Dify says 400 of whatever its model provider did; its code is the finer word.
            throw ProviderFailures.InStream(Provider, error.Status == 400 && error.HasCode ? error with { Status = null } : error);
        }

        switch (kind)
        {
            case Kind.Text or Kind.Unnamed:
                // An app that was asked for a stream and cannot give one answers with the one document of its blocking mode.
                if (isWhole)
                    HoldsMessage();
                break;
            case Kind.Replacement:
                KeepTextFrom(before);
                _replacing = _isReplaced = true;
                break;
            case Kind.Thought:
                // An agent's thought is sent whole each time it grows: only that there is one is passed on.
                KeepText(before);
                Thinks("");
                break;
            case Kind.End:
                KeepText(before);
                FinishWith(_isReplaced ? ChatFinishReason.ContentFilter : ChatFinishReason.Stop);
                Ended = true;
                break;
            default:
                KeepText(before);
                break;
        }
    }

    private static Kind ReadKind(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.String)
        {
            json.Skip();
            return Kind.Unnamed;
        }

        if (json.Is("message"u8) || json.Is("agent_message"u8))
            return Kind.Text;
        if (json.Is("message_end"u8))
            return Kind.End;
        if (json.Is("message_replace"u8))
            return Kind.Replacement;
        if (json.Is("agent_thought"u8))
            return Kind.Thought;
        if (json.Is("workflow_finished"u8))
            return Kind.Workflow;
        if (json.Is("ping"u8))
            return Kind.Ping;
        return json.Is("error"u8) ? Kind.Error : Kind.Other;
    }

    private void ReadMetadata(ref Utf8JsonReader json)
    {
        if (!json.OpenObject())
            return;
        while (json.NextProperty())
        {
            if (json.Is("usage"u8))
                Used(ReportedUsage.Read(ref json));
            else
                json.Pass();
        }
    }

    /// <summary>True if what a workflow reports is its failure.</summary>
    private static bool ReadData(ref Utf8JsonReader json)
    {
        var failed = false;
        if (!json.OpenObject())
            return false;
        while (json.NextProperty())
        {
            if (json.Is("status"u8))
                failed = json.TextIs("failed"u8);
            else
                json.Pass();
        }

        return failed;
    }

    private enum Kind
    {
        /// <summary>Neither the event nor its data has a name.</summary>
        Unnamed,
        Other,
        Ping,
        Workflow,
        Text,
        Replacement,
        Thought,
        End,
        Error,
    }
}
