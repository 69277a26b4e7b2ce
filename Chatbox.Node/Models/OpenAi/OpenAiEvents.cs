using System.Text.Json;

namespace Chatbox.Node.Models.OpenAi;

/// <summary>
/// Parses the response of <c>chat/completions</c> with <c>stream: true</c>, from OpenAI and the many compatible servers: chunks with
/// deltas, chunks with messages, legacy completions with a text, or the whole answer as one document.
/// </summary>
internal sealed class OpenAiEvents(string provider) : ProviderEvents(provider)
{
    /// <summary>Gateways put a whole picture into one event: up to 12 MiB, in Base64.</summary>
    public override int MaxEventBytes => 17 * 1024 * 1024;

    protected override void ReadObject(ref Utf8JsonReader json, EventName name, bool isDocument)
    {
        var error = new ErrorReport();
        var holdsAnswer = false;
        if (name == EventName.Error)
            error.State();
        while (json.NextProperty())
        {
            if (json.Is("choices"u8))
                holdsAnswer |= ReadChoices(ref json, ref error, isDocument);
            else if (json.Is("usage"u8))
                Used(ReportedUsage.Read(ref json));
            else if (json.Is("message"u8))
                holdsAnswer |= ReadMessage(ref json, ref error, isDocument);
            else if (json.Is("done_reason"u8))
                FinishWith(FinishWords.Of(json.Text()));
            else if (!error.Take(ref json))
                json.Pass();
        }

        if (error.IsError(holdsAnswer))
            throw ProviderFailures.InStream(Provider, error);
    }

    private bool ReadChoices(ref Utf8JsonReader json, ref ErrorReport error, bool isDocument)
    {
        var any = false;
        if (!json.OpenArray())
            return false;
        while (json.NextObject())
        {
            ReadChoice(ref json, ref error, isDocument);
            any = true;
        }

        return any;
    }

    /// <summary>Reads one choice. Requests ask for one; a server that sends several numbers them, perhaps only after the text.</summary>
    private void ReadChoice(ref Utf8JsonReader json, ref ErrorReport error, bool isDocument)
    {
        var (before, files) = (TextLength, Files.Count);
        var isOurs = true;
        string? reason = null;
        var itsError = error;
        while (json.NextProperty())
        {
            if (json.Is("delta"u8))
                ReadDelta(ref json);
            else if (json.Is("message"u8))
            {
                ReadDelta(ref json);
                if (isDocument)
                    HoldsMessage();
            }
            else if (json.Is("text"u8))
            {
                Say(ref json);
                if (isDocument)
                    HoldsMessage();
            }
            else if (json.Is("finish_reason"u8))
                reason = json.Text();
            else if (json.Is("index"u8))
                isOurs = json.Number() is null or 0;
            else if (!json.Is("error"u8) || !itsError.Take(ref json))
                json.Pass();
        }

        if (isOurs)
        {
            error = itsError;
            FinishWith(FinishWords.Of(reason));
        }
        else
        {
            KeepText(before);
            Files.Keep(files);
        }
    }

    private void ReadDelta(ref Utf8JsonReader json)
    {
        if (!json.OpenObject())
        {
            SayHere(ref json);
            return;
        }

        ReadMembers(ref json);
    }

    private void ReadMembers(ref Utf8JsonReader json)
    {
        string? thought = null;
        while (json.NextProperty())
        {
            if (json.Is("content"u8) || json.Is("refusal"u8))
                Say(ref json);
            else if (json.Is("reasoning_content"u8) || json.Is("reasoning"u8) || json.Is("thinking"u8))
                thought = json.Text() is { Length: > 0 } said ? said : thought;
            else if (json.Is("reasoning_details"u8))
                thought = ReadReasoningDetails(ref json) is { } said && thought is not { Length: > 0 } ? said : thought;
            else if (json.Is("images"u8))
                ReadImages(ref json);
            else
                json.Pass();
        }

        // Gateways send the same thought under several names, so one of them is taken.
        if (thought is not null)
            Thinks(thought);
    }

    /// <summary>Reads the pictures that the model made, as OpenRouter and the servers after its example send them.</summary>
    private void ReadImages(ref Utf8JsonReader json)
    {
        if (!json.OpenArray())
            return;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            Files.Add(json.FileHere());
    }

    /// <summary>Reads the text of a list of thoughts: empty if all are encrypted, null if there are none.</summary>
    private static string? ReadReasoningDetails(ref Utf8JsonReader json)
    {
        string? thought = null;
        if (!json.OpenArray())
            return null;
        while (json.NextObject())
        {
            thought ??= "";
            while (json.NextProperty())
            {
                if (json.Is("text"u8) || json.Is("summary"u8))
                    thought += json.Text();
                else
                    json.Pass();
            }
        }

        return thought;
    }

    /// <summary>Reads a message outside of choices, as Ollama's own API sends it. A text there describes an error.</summary>
    private bool ReadMessage(ref Utf8JsonReader json, ref ErrorReport error, bool isDocument)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            error.TakeMessageHere(ref json);
            return false;
        }

        ReadMembers(ref json);
        if (isDocument)
            HoldsMessage();
        return true;
    }
}
