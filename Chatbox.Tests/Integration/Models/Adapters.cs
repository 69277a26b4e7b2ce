using System.Text.Json.Nodes;
using Chatbox.Actors.Models;
using Chatbox.Messages;
using Chatbox.Node.Models;
using Chatbox.Node.Models.Providers;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatbox.Tests.Integration.Models;

/// <summary>Creates the clients that these tests check, and the calls they make.</summary>
internal static class Adapters
{
    public const string Key = "sk-test-key";

    public static IChatClient Create(
        string type,
        Uri? endpoint,
        string model = "scripted",
        string key = Key,
        TimeProvider? clock = null,
        ILoggerFactory? loggers = null,
        string? extra = null,
        IReadOnlyDictionary<string, string>? headers = null
    ) =>
        ModelClients.Create(
            new ModelProviderOptions(new ModelDescription(new ModelId("m"), "M", type) { MaxOutputTokens = 512 }, endpoint, key, model)
            {
                Extra = extra is null ? null : JsonNode.Parse(extra)!.AsObject(),
                Headers = headers ?? new Dictionary<string, string>(),
            },
            Transport,
            clock ?? TimeProvider.System,
            loggers ?? NullLoggerFactory.Instance
        );

    public static readonly ChatMessage[] Hello = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hello")];

    /// <summary>The transport that all tests share, as in a node. A half-read connection must not return from its pool.</summary>
    private static readonly HttpMessageHandler Transport = ModelClients.CreateTransport();

    public static ChatOptions Options(bool goOn = false, string? conversation = null)
    {
        var options = new ChatOptions
        {
            ConversationId = conversation,
            AdditionalProperties = new AdditionalPropertiesDictionary { [ModelCall.User] = "user-1" },
        };
        if (goOn)
            options.AdditionalProperties[ModelCall.Continue] = true;
        return options;
    }

    /// <summary>The conversation of an answer that was interrupted after <paramref name="prefix"/>.</summary>
    public static ChatMessage[] Interrupted(string prefix) => [.. Hello, new(ChatRole.Assistant, prefix)];

    /// <summary>Sends a request and reads the answer to its end.</summary>
    public static async Task<Outcome> Ask(this IChatClient client, ChatMessage[]? messages = null, ChatOptions? options = null)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var outcome = new Outcome();
        try
        {
            await foreach (var update in client.GetStreamingResponseAsync(messages ?? Hello, options ?? Options(), deadline.Token))
                outcome.Updates.Add(update);
        }
        catch (ModelFailureException failure)
        {
            outcome.Failure = failure;
        }

        return outcome;
    }

    /// <summary>The updates that arrived, and the failure, if there was one.</summary>
    internal sealed class Outcome
    {
        public List<ChatResponseUpdate> Updates { get; } = [];

        public ModelFailureException? Failure { get; set; }

        public IReadOnlyList<string> Pieces => [.. Updates.Where(update => update.Text.Length > 0).Select(update => update.Text)];

        public string Text => string.Concat(Pieces);

        public ChatFinishReason? Finish => Updates.LastOrDefault()?.FinishReason;

        public UsageDetails? Usage => Updates.SelectMany(update => update.Contents).OfType<UsageContent>().SingleOrDefault()?.Details;
    }
}
