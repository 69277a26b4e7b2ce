using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chatbox.Actors.Files;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Messages.Frames;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>A session in lists. Protocol section 6; times are RFC 3339 in UTC.</summary>
internal sealed record SessionBody
{
    public required string Id { get; init; }

    public required string SessionId { get; init; }

    public required string UserId { get; init; }

    public required string Name { get; init; }

    public required string ModelId { get; init; }

    public required string StartTime { get; init; }

    /// <summary>Absent while the session is active.</summary>
    public string? EndTime { get; init; }

    public required string LastActivity { get; init; }

    public required bool IsActive { get; init; }

    /// <summary>Whole seconds from the start to the end, or until now.</summary>
    public required long Duration { get; init; }

    public required int MessageCount { get; init; }

    public required long TotalTokens { get; init; }

    /// <summary>Milliseconds from a question to the first piece of its answer.</summary>
    public required long MaxResponseTime { get; init; }

    /// <inheritdoc cref="MaxResponseTime" />
    public required long AvgResponseTime { get; init; }

    public required bool HelpRequested { get; init; }

    public required bool AdminAssisted { get; init; }

    public string? AssistingAdminName { get; init; }

    /// <summary>For admins only.</summary>
    public int? Takeovers { get; init; }

    /// <summary>Requests for help, each counted once until it is closed. For admins only.</summary>
    public int? HelpRequests { get; init; }

    /// <summary>For admins only.</summary>
    public int? RatingsUp { get; init; }

    /// <summary>For admins only.</summary>
    public int? RatingsDown { get; init; }

    /// <summary>For the owner only, because anybody with the token can read the conversation.</summary>
    public string? ShareToken { get; init; }

    /// <summary>Expiry of the share token; absent if it is valid until it is revoked.</summary>
    public string? ShareExpiresAt { get; init; }

    /// <summary>The session as lists of admins show it: with what people did in it.</summary>
    public static SessionBody ForAdmins(SessionSummary session, UserId reader, DateTimeOffset now) =>
        Of(session, reader, now) with
        {
            Takeovers = session.Takeovers,
            HelpRequests = session.HelpRequests,
            RatingsUp = session.RatingsUp,
            RatingsDown = session.RatingsDown,
        };

    public static SessionBody Of(SessionSummary session, UserId reader, DateTimeOffset now) =>
        new()
        {
            Id = session.SessionId.Value,
            SessionId = session.SessionId.Value,
            UserId = session.UserId.Value,
            Name = session.Name,
            ModelId = session.ModelId.Value,
            StartTime = Rfc3339.Format(session.StartTime),
            EndTime = session.EndTime is { } end ? Rfc3339.Format(end) : null,
            LastActivity = Rfc3339.Format(session.LastActivity),
            IsActive = session.IsActive,
            // The clocks of nodes differ slightly, but a duration is never negative.
            Duration = Math.Max(0, (long)((session.EndTime ?? now) - session.StartTime).TotalSeconds),
            MessageCount = session.MessageCount,
            TotalTokens = session.TotalTokens,
            MaxResponseTime = (long)session.MaxResponseTime.TotalMilliseconds,
            AvgResponseTime = session.ResponseCount == 0 ? 0 : (long)(session.TotalResponseTime.TotalMilliseconds / session.ResponseCount),
            HelpRequested = session.HelpRequested,
            AdminAssisted = session.AdminAssisted,
            AssistingAdminName = session.AssistingAdminName,
            ShareToken = session.UserId == reader ? session.ShareToken : null,
            ShareExpiresAt = session.UserId == reader && session.ShareExpiresAt is { } expires ? Rfc3339.Format(expires) : null,
        };
}

/// <summary>A page of the caller's own sessions.</summary>
internal sealed record SessionListBody
{
    public required IReadOnlyList<SessionBody> Sessions { get; init; }

    public required string UserId { get; init; }

    /// <summary>Sessions on this page.</summary>
    public required int Count { get; init; }

    public required int Limit { get; init; }

    /// <summary>Whether another page follows.</summary>
    public required bool Truncated { get; init; }

    /// <summary>The <c>cursor</c> of the next page; absent on the last page.</summary>
    public string? NextCursor { get; init; }
}

/// <summary>A message in a history.</summary>
internal sealed record MessageItem
{
    private const string SupersededKey = "superseded";

    public required long Seq { get; init; }

    public required string MessageId { get; init; }

    public required string Type { get; init; }

    public required string Content { get; init; }

    public required string Timestamp { get; init; }

    public required string Sender { get; init; }

    public string? FileId { get; init; }

    public string? FileUrl { get; init; }

    /// <summary>All files of the message; absent if it has none.</summary>
    public IReadOnlyList<FileItem>? Files { get; init; }

    /// <summary><c>superseded: "true"</c> marks an answer that a regenerated answer replaces.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Metadata that readers of a shared conversation need. Everything else is private.</summary>
    private static readonly string[] ForStrangers = [SupersededKey, "finish_reason"];

    /// <summary>Metadata that tell readers to which answer a file of a model belongs, or why it is not there.</summary>
    private static readonly string[] AboutFiles = ["of", "reason", "name", "fault", "files"];

    /// <summary>Types whose metadata this service writes alone, and which mean nothing without it.</summary>
    private static readonly string[] NotByPeople = [ServerFrameType.Transcript, ServerFrameType.Speech];

    /// <summary>
    /// The message for readers with a share token: without the metadata that the client of the owner sent, and without token counts.
    /// </summary>
    public MessageItem ForSharing()
    {
        if (NotByPeople.Contains(Type))
            return this;
        var left =
            Sender == "user" || Metadata is null
                ? ImmutableSortedDictionary<string, string>.Empty
                : Metadata
                    .Where(entry => ForStrangers.Contains(entry.Key) || (Sender == "ai" && AboutFiles.Contains(entry.Key)))
                    .ToImmutableSortedDictionary();
        return this with { Metadata = left.IsEmpty ? null : left };
    }

    /// <summary>
    /// The message as people see it. An answer without text, which failed or was stopped at once, gets a text that says so, and so do the
    /// coming and going of an admin, because pages show a bubble for every message. <c>placeholder: "true"</c> tells clients that nobody has
    /// written the text.
    /// </summary>
    public static MessageItem Shown(IndexedMessage message, IFileAddresses? addresses) =>
        Of(
            message.Content.Length == 0 && PlaceholderFor(message) is { } words
                ? message with
                {
                    Content = words,
                    Metadata = message.Metadata.SetItem("placeholder", "true"),
                }
                : message,
            addresses
        );

    private static string? PlaceholderFor(IndexedMessage message) =>
        message.Type switch
        {
            ServerFrameType.AiResponse when message.Metadata.ContainsKey("files") => "The model answered with a file.",
            ServerFrameType.AiResponse => WordsFor(message.Metadata.GetValueOrDefault("finish_reason")),
            ServerFrameType.Transcript => "The recording could not be turned into text.",
            ServerFrameType.Speech => message.Files is null ? "The answer could not be spoken." : "The answer was spoken.",
            ServerFrameType.AdminJoin => $"{message.Metadata.GetValueOrDefault("admin_name")} joined the conversation.",
            ServerFrameType.AdminLeave => $"{message.Metadata.GetValueOrDefault("admin_name")} left the conversation.",
            _ => null,
        };

    private static string WordsFor(string? finishReason) =>
        finishReason switch
        {
            "stopped" => "The answer was stopped before it began.",
            "timeout" => "There is no answer: the model took too long.",
            "error" => "There is no answer: the model could not give one.",
            "taken_over" => "There is no answer: a person has taken over.",
            _ => "The model's answer was empty.",
        };

    /// <param name="addresses">Signs the addresses of files; null on a node without files.</param>
    public static MessageItem Of(IndexedMessage message, IFileAddresses? addresses)
    {
        var metadata = message.Superseded ? message.Metadata.SetItem(SupersededKey, "true") : message.Metadata;
        IReadOnlyList<FileItem>? files = message.Files is { } own ? [.. own.Files.Select(file => FileItem.Of(file, addresses))] : null;
        return new()
        {
            Seq = message.Seq,
            MessageId = message.MessageId.Value,
            Type = message.Type,
            Content = message.Content,
            Timestamp = Rfc3339.Format(message.Timestamp),
            Sender = message.Sender,
            FileId = files?[0].FileId ?? message.FileId,
            FileUrl = files is null ? message.FileUrl : files[0].FileUrl,
            Files = files,
            Metadata = metadata.IsEmpty ? null : metadata,
        };
    }
}

/// <summary>A page of a conversation.</summary>
internal sealed record HistoryBody
{
    public required string SessionId { get; init; }

    public required string Name { get; init; }

    public required string ModelId { get; init; }

    public required bool IsActive { get; init; }

    public string? AssistingAdminName { get; init; }

    public required IReadOnlyList<MessageItem> Messages { get; init; }

    /// <summary>The <c>before_seq</c> of the previous page; absent if there is none. Long messages make a page shorter.</summary>
    public long? NextBeforeSeq { get; init; }
}

/// <summary>A page of a shared conversation.</summary>
internal sealed record SharedBody
{
    public required string SessionId { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<MessageItem> Messages { get; init; }

    /// <inheritdoc cref="HistoryBody.NextBeforeSeq" />
    public long? NextBeforeSeq { get; init; }
}

/// <summary>A whole conversation. <see cref="ExportWriter"/> writes it piece by piece; this type only describes it.</summary>
internal sealed record ExportBody
{
    public required SessionBody Session { get; init; }

    public required IReadOnlyList<MessageItem> Messages { get; init; }
}

internal sealed record StatusBody
{
    public required string Status { get; init; }
}

/// <summary>The name that a session has from now on.</summary>
internal sealed record NameBody
{
    public required string SessionId { get; init; }

    public required string Name { get; init; }
}

internal sealed record ShareBody
{
    public required string ShareToken { get; init; }

    /// <summary>Absent if the share is valid until it is revoked.</summary>
    public string? ExpiresAt { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(SessionListBody))]
[JsonSerializable(typeof(HistoryBody))]
[JsonSerializable(typeof(SharedBody))]
[JsonSerializable(typeof(ExportBody))]
[JsonSerializable(typeof(StatusBody))]
[JsonSerializable(typeof(ShareBody))]
[JsonSerializable(typeof(ShareRequest))]
[JsonSerializable(typeof(NameBody))]
[JsonSerializable(typeof(RenameRequest))]
internal sealed partial class SessionJson : JsonSerializerContext;

/// <summary>JSON without escapes for HTML: responses have the JSON content type, and browsers must not sniff it.</summary>
internal static class ReadableJson
{
    public static SessionJson Sessions { get; } =
        new(new JsonSerializerOptions(SessionJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
