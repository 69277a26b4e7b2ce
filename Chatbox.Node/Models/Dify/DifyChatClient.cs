using System.Buffers;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Dify;

/// <summary>
/// The client of a Dify app, <c>{endpoint}/chat-messages</c>. The server keeps the conversation: its id is passed in with
/// <see cref="ChatOptions.ConversationId"/> and returned with every update. If the answer is abandoned, the client also asks the server to
/// stop generating, which takes at most <see cref="StopTimeout"/>.
/// </summary>
internal sealed partial class DifyChatClient(
    ModelProviderOptions provider,
    HttpClient http,
    TimeProvider clock,
    ILogger<DifyChatClient> logger
) : StreamingModelClient(provider)
{
    /// <summary>Longest wait for the reply to the stop request.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Longest time without any event but pings in a known conversation, unless <c>LLM_PROVIDER_n_FIRST_TOKEN_TIMEOUT</c> is set.
    /// </summary>
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(30);

    /// <summary>Greatest size of the reply to an upload, in bytes.</summary>
    private const int MaxUploadAnswer = 64 * 1024;

    private readonly Uri _address = ProviderConnection.Operation(provider, DifyProvider.Path);
    private readonly DifyFiles _files = new(http, ProviderConnection.Operation(provider, DifyProvider.Path), clock);

    /// <exception cref="ArgumentException"><see cref="ModelCall.User"/> is missing from the options, or there is no question.</exception>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        if (options?.AdditionalProperties?.TryGetValue(ModelCall.User, out string? user) != true || user is null)
            throw new ArgumentException($"Dify needs \"{ModelCall.User}\" in the options.", nameof(options));
        var continuation = Continuation.Of(messages, options);
        var conversation = options.ConversationId is { Length: > 0 } known ? known : null;
        while (true)
        {
            var gone = false;
            await using var updates = Answer(continuation, conversation, user, SignsOf(options), PaceOf(options), cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                try
                {
                    if (!await updates.MoveNextAsync().ConfigureAwait(false))
                        break;
                }
                catch (ConversationGoneException e)
                {
                    ConversationForgotten(logger, Provider.Description.Id.Value, e.Message);
                    gone = true;
                    break;
                }

                yield return updates.Current;
            }

            if (!gone)
                yield break;

            // The new request opens a conversation, which cannot be gone, so this happens at most once.
            conversation = null;
            SignsOf(options)?.Restart();
        }
    }

    /// <summary>Sends the question to a conversation, or opens one, and reads the answer.</summary>
    /// <exception cref="ConversationGoneException">
    /// The server does not have the conversation. Thrown only before the first text of the answer.
    /// </exception>
    private async IAsyncEnumerable<ChatResponseUpdate> Answer(
        Continuation continuation,
        string? conversation,
        string user,
        StreamSigns? signs,
        ReadPace? pace,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // Not disposed, because the timer may still fire while the answer ends. It holds nothing that needs disposal.
        var patience = new CancellationTokenSource();
        using var registration = cancellationToken.Register(patience.Cancel);
        using var timer = clock.CreateTimer(
            static source => ((CancellationTokenSource)source!).Cancel(),
            patience,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        var events = new DifyEvents(
            Provider.Description.Provider,
            conversation is not null,
            () => timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan),
            _address
        );
        try
        {
            using var response = await Send(continuation, conversation, user, cancellationToken).ConfigureAwait(false);
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);

            // A server that has lost the conversation may send pings forever. A server that has it sends an event soon.
            if (conversation is not null)
                timer.Change(Provider.Description.FirstTokenTimeout ?? DefaultPatience, Timeout.InfiniteTimeSpan);
            await using var updates = ProviderStream
                .Read(stream, response.Content.Headers.ContentType?.ToString(), events, signs, pace, clock, patience.Token)
                .GetAsyncEnumerator(patience.Token);
            while (true)
            {
                try
                {
                    if (!await updates.MoveNextAsync().ConfigureAwait(false))
                        break;
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && patience.IsCancellationRequested)
                {
                    throw new ConversationGoneException("only pings came");
                }

                yield return await _files.Load(updates.Current, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            // The connection of the answer is closed already, so a slow stop request delays only the end of this enumeration.
            if (events is { Ended: false, Failed: false, TaskId: { } task })
                await Stop(task, user).ConfigureAwait(false);
        }
    }

    protected override void Dispose(bool disposing)
    {
        http.Dispose();
        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> Send(
        Continuation continuation,
        string? conversation,
        string user,
        CancellationToken cancellationToken
    )
    {
        var query = DifyQuery.Of(continuation, conversationIsKnown: conversation is not null);
        var files = await Task.WhenAll(query.Files.Select(file => Upload(file, user, cancellationToken))).ConfigureAwait(false);
        using var request = Post(_address, Question(query.Text, files, conversation, user));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (RefusedException refused)
            when (conversation is not null && (refused.Kind == ModelFailureKind.TooLong || IsGone((int)refused.Status, refused.Words)))
        {
            throw new ConversationGoneException($"status {(int)refused.Status}");
        }
    }

    /// <summary>
    /// Whether a failure means that the conversation is gone, or too long to continue. Servers use several statuses, codes and texts for
    /// it. A wrong guess costs only one more request, in a new conversation.
    /// </summary>
    internal static bool IsGone(int status, ProviderWords words) =>
        status is 404 or 410 || words.SayConversationGone || words.SayTooLong || (status is 400 or 409 or 422 && words.MentionConversation);

    private async Task Stop(string task, string user)
    {
        using var deadline = new CancellationTokenSource(StopTimeout, clock);
        try
        {
            var address = ProviderConnection.Operation(Provider, DifyProvider.Path, $"/{Uri.EscapeDataString(task)}/stop");
            using var request = Post(address, Json(json => json.WriteString("user"u8, user)));
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token)
                .ConfigureAwait(false);
        }
        catch (ModelFailureException failure)
        {
            StopFailed(logger, Provider.Description.Id.Value, failure.Message);
        }
        catch (OperationCanceledException)
        {
            StopFailed(logger, Provider.Description.Id.Value, "no answer in time");
        }
    }

    private HttpRequestMessage Post(Uri address, ReadOnlyMemory<byte> body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return Authorized(request);
    }

    private HttpRequestMessage Authorized(HttpRequestMessage request)
    {
        if (Provider.ApiKey.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Provider.ApiKey);
        return request;
    }

    /// <summary>Uploads a file for the question that follows, and returns the file as a member of that question.</summary>
    private async Task<JsonNode> Upload(GivenFile file, string user, CancellationToken cancellationToken)
    {
        using var form = new MultipartFormDataContent();
        using var content = new ReadOnlyMemoryContent(file.Bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(file.MimeType);
        form.Add(content, "file", file.IsImage ? Path.ChangeExtension(file.File.Name, ".jpg") : file.File.Name);
        form.Add(new StringContent(user), "user");
        var address = ProviderConnection.Beside(_address, DifyProvider.Path, DifyProvider.UploadPath);
        using var request = Authorized(new HttpRequestMessage(HttpMethod.Post, address) { Content = form });
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            .ConfigureAwait(false);
        return new JsonObject
        {
            ["type"] = file.IsImage ? "image" : "document",
            ["transfer_method"] = "local_file",
            ["upload_file_id"] = await UploadedId(response, cancellationToken).ConfigureAwait(false),
        };
    }

    private async Task<string> UploadedId(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxUploadAnswer, cancellationToken).ConfigureAwait(false);
            using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
            if (answer.RootElement.TryGetProperty("id"u8, out var id) && id.GetString() is { Length: > 0 } text)
                return text;
        }
        catch (Exception failure) when (failure is JsonException or HttpRequestException or InvalidOperationException)
        {
            // Treated below like an answer without an id.
        }

        throw ProviderFailures.Unreadable(Provider.Description.Provider, response.Content.Headers.ContentType?.ToString());
    }

    private ReadOnlyMemory<byte> Question(string query, JsonNode[] files, string? conversation, string user) =>
        Json(json =>
        {
            // Without this, the server would ask its model for a title that nobody sees.
            var members = new JsonObject { ["inputs"] = new JsonObject(), ["auto_generate_name"] = false };
            if (Provider.Extra is { } extra)
                RequestJson.Merge(members, extra);
            RequestJson.WriteMembers(json, members);
            json.WriteString("query"u8, query);
            if (files.Length > 0)
                RequestJson.WriteMembers(json, new JsonObject { ["files"] = new JsonArray(files) });
            json.WriteString("response_mode"u8, "streaming"u8);
            json.WriteString("user"u8, user);
            if (conversation is not null)
                json.WriteString("conversation_id"u8, conversation);
        });

    private static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, RequestJson.Writing);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    [LoggerMessage(1, LogLevel.Information, "Model {Model} has lost a conversation ({How}); it gets the whole conversation again")]
    private static partial void ConversationForgotten(ILogger logger, string model, string how);

    [LoggerMessage(2, LogLevel.Warning, "Model {Model} could not be told to stop an answer: {Reason}")]
    private static partial void StopFailed(ILogger logger, string model, string reason);
}
