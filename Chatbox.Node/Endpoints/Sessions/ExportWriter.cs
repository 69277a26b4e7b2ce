using System.Text.Encodings.Web;
using System.Text.Json;
using Chatbox.Actors.Index;
using Chatbox.Messages;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>
/// Writes a whole conversation as one JSON document (<see cref="ExportBody"/>), oldest message first, with a few messages in memory at
/// a time. The index is read from the newest message backwards, so the places where its pages begin are collected first.
/// </summary>
internal sealed class ExportWriter(ISessionIndex index, SessionId session)
{
    /// <summary>Messages that are in memory at once.</summary>
    private const int Step = 50;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What the conversation consists of now; messages that come later are not part of this export.</summary>
    /// <exception cref="IndexUnavailableException">Nothing has been written yet.</exception>
    /// <returns>
    /// Writes the document; false if the conversation was erased meanwhile: the half of it that has been sent must not pass for the whole.
    /// </returns>
    public async Task<Func<SessionBody, HttpResponse, Task<bool>>> Prepare(CancellationToken cancellationToken)
    {
        var pages = new Stack<Page>();
        for (var before = long.MaxValue; ; before = pages.Peek().First)
        {
            var messages = await index.History(session, before, Step, cancellationToken);
            if (messages.Count > 0)
                pages.Push(new Page(messages[0].Seq, messages[^1].Seq, messages.Count));
            if (messages.Count < Step)
                return (item, response) => Write(item, pages, response, cancellationToken);
        }
    }

    private async Task<bool> Write(SessionBody item, Stack<Page> pages, HttpResponse response, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(response.BodyWriter, Readable);
        json.WriteStartObject();
        json.WritePropertyName("session");
        JsonSerializer.Serialize(json, item, ReadableJson.Sessions.SessionBody);
        json.WriteStartArray("messages");
        while (pages.TryPop(out var page))
        {
            var messages = await index.History(session, page.Last + 1, page.Count, cancellationToken);
            if (messages.Count != page.Count || messages[0].Seq != page.First)
                return false;
            foreach (var message in messages)
                JsonSerializer.Serialize(json, MessageItem.Of(message), ReadableJson.Sessions.MessageItem);
            await json.FlushAsync(cancellationToken);
            await response.BodyWriter.FlushAsync(cancellationToken);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        return true;
    }

    private readonly record struct Page(long First, long Last, int Count);
}
