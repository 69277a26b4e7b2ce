using System.Text.Encodings.Web;
using System.Text.Json;
using Chatbox.Actors.Files;
using Chatbox.Actors.Index;
using Chatbox.Messages;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>
/// Writes a conversation as one JSON document (<see cref="ExportBody"/>), oldest message first, with few messages in memory at a time. The
/// index can only be read from the newest message backwards, so the first pass collects where its pages begin.
/// </summary>
/// <param name="withNotes">The reader is an admin, who also gets the private notes.</param>
/// <param name="addresses">Signs the addresses of files; null on a node without files.</param>
internal sealed class ExportWriter(ISessionIndex index, SessionId session, bool withNotes, IFileAddresses? addresses)
{
    /// <summary>Maximum number of messages in memory.</summary>
    private const int Step = 50;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Determines the messages of the export; later messages are not part of it.</summary>
    /// <exception cref="IndexUnavailableException">The index does not respond; nothing has been written.</exception>
    /// <returns>
    /// A function that writes the document. It returns false if the conversation was erased meanwhile; the caller must then abort the response.
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
            foreach (var message in messages.Where(m => withNotes || !m.IsNote))
                JsonSerializer.Serialize(json, MessageItem.Of(message, addresses), ReadableJson.Sessions.MessageItem);
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
