using System.Collections.Immutable;
using Chatbox.Actors.Sessions.Import;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Errors;
using Chatbox.Node.Identity;
using MongoDB.Bson;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Node.Import;

/// <summary>The result of reading a document of the replaced service.</summary>
/// <param name="Id">Id of the session for reports, as far as it is readable.</param>
/// <param name="Problem">Why the document is no valid session; contains no content.</param>
internal sealed record OldSession(string Id, ImportedSession? Session, string? Problem);

/// <summary>
/// Converts documents of the replaced service to sessions (protocol section 10). Missing or odd fields get substitutes, but a session with
/// unreadable content is refused.
/// </summary>
/// <param name="defaultModel">Model of sessions without one.</param>
internal sealed class OldSessionReader(OldContent content, ModelId defaultModel, TimeProvider clock)
{
    private const string NoId = "(no id)";
    private const int MaxFileId = 255;
    private const int MaxFileUrl = 2_048;

    /// <summary>Maximum plausible waiting time for an answer, in milliseconds.</summary>
    private static readonly long LongestWait = (long)TimeSpan.FromDays(1).TotalMilliseconds;

    public OldSession Read(byte[] bytes)
    {
        var id = NoId;
        try
        {
            var document = OldValues.Document(bytes);
            id = Name(document.Field("_id"));
            return new OldSession(id, Read(document), null);
        }
        catch (FormatException e)
        {
            return new OldSession(id, null, e.Message);
        }
    }

    private ImportedSession Read(BsonDocument document)
    {
        if (document.Field("_id") is not BsonString key || !SessionId.TryParse(key.Value, out var id))
            throw new FormatException("its id does not consist of 32 lower-case hexadecimal digits");
        var user = document.Text("uid") ?? throw new FormatException("it has no uid, and so no owner");
        if (user.Length > TokenIdentity.MaxLength || user.Any(char.IsControl))
            throw new FormatException($"its uid cannot be a user id: text of 1 to {TokenIdentity.MaxLength} characters");

        var model = document.Text("modelId") is { } named
            ? new ModelId(OldValues.Shorten(string.Concat(named.Where(c => !char.IsControl(c))), ModelId.MaxLength))
            : defaultModel;
        var messages = Messages(document).ToList();
        var said = messages.ConvertAll(message => message.Moment("ts"));
        var (ended, last) = (document.Moment("endTs"), document.Moment("lastActivity"));
        var start = document.Moment("ts") ?? said.Min() ?? last ?? ended ?? clock.GetUtcNow();
        var activity = new[] { last ?? said.Max() ?? start, start }.Max();
        var imported = ImmutableArray.CreateBuilder<MessageImported>(messages.Count);
        foreach (var message in messages)
            imported.Add(
                Message(id, message, imported.Count, said[imported.Count] ?? (imported.Count == 0 ? start : imported[^1].At), model)
            );

        return new ImportedSession(
            new SessionImported(id, new UserId(user), model, Totals(document, imported, start, activity), clock.GetUtcNow()),
            imported.MoveToImmutable(),
            ended is { } end ? new[] { end, start }.Max() : null,
            // Only a token in the format of a session id can be used.
            document.Text("shareToken")
                is { } token
            && SessionId.TryParse(token, out _)
                ? token
                : null
        );
    }

    private static IEnumerable<BsonDocument> Messages(BsonDocument document) =>
        document.Field("msgs") switch
        {
            BsonNull => [],
            BsonArray messages => messages.Select(
                (message, n) => message as BsonDocument ?? throw new FormatException($"message {n + 1} is no document")
            ),
            _ => throw new FormatException("its msgs are no array"),
        };

    private MessageImported Message(SessionId session, BsonDocument message, int number, DateTimeOffset at, ModelId model)
    {
        var written = message.Text("sender");
        ImportedSender? known = written?.ToLowerInvariant() switch
        {
            "user" => ImportedSender.User,
            "ai" => ImportedSender.Ai,
            "admin" => ImportedSender.Admin,
            "system" => ImportedSender.System,
            _ => null,
        };
        var metadata = message.Metadata("meta");
        // An unknown sender becomes the system, with the original name in the metadata.
        if (known is null && written is not null)
            metadata = metadata.SetItem("sender", OldValues.Shorten(written, MaxFileId));
        return new MessageImported(
            session,
            MessageId.New(),
            known ?? ImportedSender.System,
            Content(message, number),
            metadata,
            known == ImportedSender.Ai ? model : null,
            message.Text("fileId") is { } file ? OldValues.Shorten(file, MaxFileId) : null,
            FileUrl(message),
            at
        );
    }

    private string Content(BsonDocument message, int number)
    {
        try
        {
            return message.Field("content") switch
            {
                BsonNull or BsonString { Value: "" } => "",
                BsonString sealedText => OldValues.Clean(content.Open(sealedText.Value)),
                _ => throw new FormatException("is no text"),
            };
        }
        catch (FormatException e)
        {
            throw new FormatException($"the content of message {number + 1} {e.Message}", e);
        }
    }

    /// <summary>The address of a file; null unless it is an http or https address, because pages turn it into a link.</summary>
    private static string? FileUrl(BsonDocument message) =>
        message.Text("fileUrl") is { Length: <= MaxFileUrl } text
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            ? text
            : null;

    private static SessionTotals Totals(
        BsonDocument document,
        IReadOnlyCollection<MessageImported> messages,
        DateTimeOffset start,
        DateTimeOffset activity
    )
    {
        var answers = messages.Count(message => message.Sender == ImportedSender.Ai);
        var average = Wait(document, "avgRespTime");
        // An average counts for at least one answer.
        var counted = average > TimeSpan.Zero ? Math.Max(answers, 1) : 0;
        return new SessionTotals(
            Title(document, messages),
            start,
            activity,
            messages.Count,
            document.Count("totalTokens"),
            Wait(document, "maxRespTime"),
            average * counted,
            counted
        )
        {
            HelpRequested = document.Flag("helpRequested"),
            AdminAssisted = document.Flag("adminAssisted"),
        };
    }

    private static string Title(BsonDocument document, IEnumerable<MessageImported> messages) =>
        document.Text("nm") is { } name
            ? OldValues.Shorten(name, SessionName.MaxLength)
            : SessionName.From(messages.FirstOrDefault(message => message.Sender == ImportedSender.User)?.Content ?? "");

    private static TimeSpan Wait(BsonDocument document, string name) =>
        TimeSpan.FromMilliseconds(Math.Min(document.Count(name), LongestWait));

    private static string Name(BsonValue id) => id.IsBsonNull ? NoId : ErrorText.Quote(id.ToString() ?? "").Trim('\'');
}
