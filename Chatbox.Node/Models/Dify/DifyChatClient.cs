using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Dify;

/// <summary>
/// A Dify app behind <c>{endpoint}/chat-messages</c>. The server keeps the conversation under an id that goes in with
/// <see cref="ChatOptions.ConversationId"/> and comes out with every update. An answer that is left before its end is also stopped on
/// the server, which would else go on generating; leaving takes at most <see cref="StopTimeout"/> longer for it.
/// </summary>
internal sealed partial class DifyChatClient(
    ModelProviderOptions provider,
    HttpClient http,
    TimeProvider clock,
    ILogger<DifyChatClient> logger
) : StreamingModelClient(provider)
{
    /// <summary>Longest wait for the stop call.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly Uri _address = ProviderConnection.Operation(provider, "chat-messages");

    /// <exception cref="ArgumentException"><see cref="ModelCall.User"/> is missing from the options, or nothing is asked.</exception>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        if (options?.AdditionalProperties?.TryGetValue(ModelCall.User, out string? user) != true || user is null)
            throw new ArgumentException($"Dify needs \"{ModelCall.User}\" in the options.", nameof(options));
        var continuation = Continuation.Of(messages, options);
        var events = new DifyEvents(Provider.Description.Provider);
        try
        {
            using var response = await AskAsync(continuation, options.ConversationId, user, cancellationToken).ConfigureAwait(false);
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var contentType = response.Content.Headers.ContentType?.ToString();
            var updates = ProviderStream.ReadAsync(stream, contentType, events, SignsOf(options), clock, cancellationToken);
            await foreach (var update in updates.ConfigureAwait(false))
                yield return update;
        }
        finally
        {
            // By now the connection of the answer is closed, so a slow stop call holds back nothing but this enumeration's end.
            if (events is { Ended: false, Failed: false, TaskId: { } task })
                await StopAsync(task, user).ConfigureAwait(false);
        }
    }

    protected override void Dispose(bool disposing) => http.Dispose();

    /// <summary>Asks; once more and with the whole conversation if the server has forgotten the conversation's id.</summary>
    private async Task<HttpResponseMessage> AskAsync(
        Continuation continuation,
        string? conversationId,
        string user,
        CancellationToken cancellationToken
    )
    {
        if (conversationId is { Length: > 0 })
        {
            var response = await SendAsync(conversationId, allowNotFound: true).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.NotFound)
                return response;
            response.Dispose();
            ConversationForgotten(logger, Provider.Description.Id.Value);
        }

        return await SendAsync(null, allowNotFound: false).ConfigureAwait(false);

        async Task<HttpResponseMessage> SendAsync(string? conversation, bool allowNotFound)
        {
            var query = DifyQuery.Of(continuation, conversationIsKnown: conversation is not null);
            using var request = Post(_address, Question(query, conversation, user));
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
            request.Options.Set(ProviderFailureHandler.NotFoundIsAnAnswer, allowNotFound);
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task StopAsync(string task, string user)
    {
        using var deadline = new CancellationTokenSource(StopTimeout, clock);
        try
        {
            var address = ProviderConnection.Operation(Provider, $"chat-messages/{Uri.EscapeDataString(task)}/stop");
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
        if (Provider.ApiKey.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Provider.ApiKey);
        return request;
    }

    private static ReadOnlyMemory<byte> Question(string query, string? conversation, string user) =>
        Json(json =>
        {
            json.WriteStartObject("inputs"u8);
            json.WriteEndObject();
            json.WriteString("query"u8, query);
            json.WriteString("response_mode"u8, "streaming"u8);
            json.WriteString("user"u8, user);
            if (conversation is not null)
                json.WriteString("conversation_id"u8, conversation);

            // The server would ask its model for a title that nobody sees.
            json.WriteBoolean("auto_generate_name"u8, false);
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

    [LoggerMessage(1, LogLevel.Information, "Model {Model} no longer knows a conversation; it is told again from the beginning")]
    private static partial void ConversationForgotten(ILogger logger, string model);

    [LoggerMessage(2, LogLevel.Warning, "Model {Model} could not be told to stop an answer: {Reason}")]
    private static partial void StopFailed(ILogger logger, string model, string reason);
}
