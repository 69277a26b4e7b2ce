using System.Text.Json;
using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Dify;

/// <summary>
/// Parses the events of <c>chat-messages</c> with <c>response_mode: streaming</c>; the name is a member of the data. Speech events are
/// ignored, and of a workflow only its failure counts.
/// </summary>
/// <param name="provider">The provider type, for failures.</param>
/// <param name="isKnown">Whether the question was sent to an existing conversation.</param>
/// <param name="endpoint">The address of the request, to which files without a host belong.</param>
/// <param name="heard">Called once, at the first event that is not a ping.</param>
internal sealed class DifyEvents(string provider, bool isKnown = false, Action? heard = null, Uri? endpoint = null)
    : ProviderEvents(provider)
{
    private Action? _heard = heard;
    private bool _replacing;
    private bool _isReplaced;
    private bool _workflowFailed;

    /// <summary>The server's id of the conversation; null before the first event.</summary>
    public string? ConversationId { get; private set; }

    /// <summary>The id for the stop request; null before the first event.</summary>
    public string? TaskId { get; private set; }

    /// <summary>Whether the provider itself reported a failure, so that nothing is left to stop.</summary>
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
        var (address, isOfUser) = (default(string), false);
        var files = Files.Count;
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
            else if (json.Is("url"u8))
                address = json.Text();
            else if (json.Is("belongs_to"u8))
                isOfUser = json.TextIs("user"u8);
            else if (json.Is("files"u8))
                ReadFiles(ref json);
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

        // In most versions, the error itself follows as an event of its own.
        _workflowFailed |= failed && kind == Kind.Workflow;
        if (kind == Kind.File && !isOfUser)
            Files.Add(At(address, null, null));
        // The end of an answer lists its files. Most have come before, in events of their own.
        else if (kind != Kind.End || Files.WereTaken)
            Files.Keep(files);
        Take(kind, before, hasAnswer && isDocument, error);
    }

    // A replacement takes back what came before it.
    public override bool StandsAlone => base.StandsAlone || _replacing;

    protected override ChatResponseUpdate Piece(string text) => Mark(base.Piece(text));

    protected override ChatResponseUpdate EarlierPiece(string text) => Named(base.Piece(text));

    // No piece follows a replacement by nothing, so the last update carries the mark.
    public override ChatResponseUpdate Last() => Mark(base.Last());

    private ChatResponseUpdate Mark(ChatResponseUpdate update)
    {
        if (!_replacing)
            return Named(update);
        _replacing = false;
        update.AdditionalProperties = new AdditionalPropertiesDictionary { [ModelCall.Replace] = true };
        return Named(update);
    }

    private ChatResponseUpdate Named(ChatResponseUpdate update)
    {
        update.ConversationId = ConversationId;
        return update;
    }

    private void Take(Kind kind, int before, bool isWhole, ErrorReport error)
    {
        var failed = kind == Kind.Error || (kind == Kind.End && _workflowFailed);
        if (failed || error.IsError(holdsAnswer: kind != Kind.Unnamed || isWhole))
        {
            Failed = true;
            if (isKnown && !HasText && DifyChatClient.IsGone(error.Status ?? 0, ProviderWords.Of([.. error.Words])))
                throw new ConversationGoneException("an error inside the answer");

            // Dify answers 400 for every failure of its model provider. Its code is more specific.
            throw ProviderFailures.InStream(Provider, error.Status == 400 && error.HasCode ? error with { Status = null } : error);
        }

        switch (kind)
        {
            case Kind.Text or Kind.Unnamed:
                // An app that cannot stream answers with the one document of its blocking mode.
                if (isWhole)
                    HoldsMessage();
                break;
            case Kind.Replacement:
                KeepTextFrom(before);
                _replacing = _isReplaced = true;
                break;
            case Kind.Thought:
                // An agent's thought is sent again as a whole whenever it grows, so only its existence is reported.
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
        if (json.Is("message_file"u8))
            return Kind.File;
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

    private void ReadFiles(ref Utf8JsonReader json)
    {
        if (!json.OpenArray())
            return;
        while (json.NextObject())
        {
            var (address, type, name) = (default(string), default(string), default(string));
            while (json.NextProperty())
            {
                if (json.Is("url"u8) || (address is null && json.Is("remote_url"u8)))
                    address = json.Text() ?? address;
                else if (json.Is("mime_type"u8))
                    type = json.Text();
                else if (json.Is("filename"u8))
                    name = json.Text();
                else
                    json.Pass();
            }

            Files.Add(At(address, type, name));
        }
    }

    /// <summary>A file of the server; an address without a host is one at the server's own.</summary>
    private AIContent? At(string? address, string? type, string? name) =>
        ReturnedContentJson.Of(
            address is { Length: > 0 } && endpoint is not null && Uri.TryCreate(endpoint, address, out var whole)
                ? whole.AbsoluteUri
                : address,
            type,
            name
        );

    /// <summary>Reads the data of a workflow's event; true if they report a failure.</summary>
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
        /// <summary>Neither the event nor its data have a name.</summary>
        Unnamed,
        Other,
        Ping,
        Workflow,
        Text,
        Replacement,
        Thought,
        File,
        End,
        Error,
    }
}
