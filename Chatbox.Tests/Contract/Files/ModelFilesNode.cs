using System.Collections.Concurrent;
using System.Text.Json;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Files;

/// <summary>A node whose models see, read documents, or do neither; each is answered with "Seen." unless a test scripts it.</summary>
public sealed class ModelFilesNode : IAsyncLifetime
{
    private static readonly (string Id, string Type, string[] Settings)[] All =
    [
        ("openai-sees", "openai", ["VISION=true"]),
        ("openai-blind", "openai", []),
        ("openai-reads", "openai", ["VISION=true", "DOCUMENTS=true"]),
        ("openai-small", "openai", ["VISION=true", "CONTEXT_TOKENS=2000", "MAX_OUTPUT_TOKENS=200"]),
        ("anthropic-sees", "anthropic", ["VISION=true"]),
        ("anthropic-blind", "anthropic", []),
        ("dify-sees", "dify", ["VISION=true"]),
    ];

    internal TestNode Node { get; private set; } = null!;

    internal ScriptedModelServer Models { get; private set; } = null!;

    /// <summary>Answers to requests that contain a word, such as the name of a person.</summary>
    internal ConcurrentDictionary<string, ModelScript> Scripts { get; } = new();

    public async Task InitializeAsync()
    {
        Models = await ScriptedModelServer.Start();
        Models.Otherwise = request =>
            Scripts.FirstOrDefault(script => request.Body.Contains(script.Key, StringComparison.Ordinal)).Value
            ?? ModelScript.Answer("Seen.");
        Node = await TestNode.Start(Settings(Models));
    }

    public async Task DisposeAsync()
    {
        await Node.DisposeAsync();
        await Models.DisposeAsync();
    }

    /// <summary>The settings of the models.</summary>
    internal static Dictionary<string, string> Settings(ScriptedModelServer models)
    {
        var settings = new Dictionary<string, string> { ["LLM_RETRY_DELAY"] = "1ms" };
        for (var n = 1; n <= All.Length; n++)
        {
            var (id, type, more) = All[n - 1];
            settings[$"LLM_PROVIDER_{n}_ID"] = id;
            settings[$"LLM_PROVIDER_{n}_TYPE"] = type;
            settings[$"LLM_PROVIDER_{n}_ENDPOINT"] = models.Endpoint.ToString();
            settings[$"LLM_PROVIDER_{n}_API_KEY"] = "provider-key-of-this-test";
            settings[$"LLM_PROVIDER_{n}_MODEL"] = "scripted";
            foreach (var setting in more.Select(text => text.Split('=')))
                settings[$"LLM_PROVIDER_{n}_{setting[0]}"] = setting[1];
        }

        return settings;
    }

    /// <summary>Uploads a file.</summary>
    internal static async Task<string> Upload(HttpClient node, string user, byte[] content, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/chatbox/upload") { Content = UploadHost.Form(content, name) };
        request.Headers.Authorization = UploadHost.Bearer(user);
        using var response = await node.SendAsync(request);
        var answer = await RestAnswer.Read(response);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json.Text("file_id")!;
    }

    /// <summary>Connects a new person who talks to a model.</summary>
    internal Task<FileTalker> Talk(string model) => FileTalker.Begin(Node.Address, Node.Http, $"{model}-{Guid.NewGuid():n}", model);

    /// <summary>The requests that contain these words, in order.</summary>
    internal IReadOnlyList<RecordedRequest> RequestsWith(string words) =>
        [.. Models.Requests.Where(request => request.Body.Contains(words, StringComparison.Ordinal))];

    /// <summary>A person who sends files to one model.</summary>
    internal sealed class FileTalker(TestClient client, HttpClient http, string user) : IAsyncDisposable
    {
        private int _commands;

        public TestClient Client => client;

        public string User => user;

        public static async Task<FileTalker> Begin(Uri address, HttpClient http, string user, string model)
        {
            var client = await TestClient.Connect(address, TestNode.Token(user));
            await client.Send(
                new
                {
                    type = "model_select",
                    model_id = model,
                    id = "select",
                }
            );
            await client.Next("ack");
            return new FileTalker(client, http, user);
        }

        /// <summary>Uploads files and sends them with a message.</summary>
        public async Task<IReadOnlyList<string>> Send(string words, params (byte[] Content, string Name)[] files)
        {
            var ids = new List<string>();
            foreach (var (content, name) in files)
                ids.Add(await Upload(http, user, content, name));
            await SendIds(words, ids);
            return ids;
        }

        public async Task SendIds(string words, IReadOnlyList<string> ids)
        {
            await client.Send(
                new
                {
                    type = "user_message",
                    id = $"say-{++_commands}",
                    content = words,
                    metadata = new { file_ids = string.Join(',', ids) },
                }
            );
            await client.Next("ack");
        }

        /// <summary>Sends files and reads to the end of the answer, which must be "Seen.".</summary>
        public async Task Show(string words, params (byte[] Content, string Name)[] files)
        {
            await Send(words, files);
            await Answered();
        }

        public async Task Answered()
        {
            var done = await client.NextDone();
            Assert.Equal(("stop", "Seen."), (done.Metadata("finish_reason"), client.TextOf(done.Text("message_id")!)));
        }

        /// <summary>What the person was told about files that the model was not given, in order.</summary>
        public IReadOnlyList<string> Told() =>
            [
                .. client
                    .Seen.Where(frame => frame.Type() == "notification" && frame.Metadata("reason") == "files_not_read")
                    .Select(frame => frame.Text("content")!),
            ];

        public ValueTask DisposeAsync() => client.DisposeAsync();
    }

    /// <summary>What a provider was sent in one message.</summary>
    /// <param name="Parts">The kind of each part but the text, the type and the bytes of its content.</param>
    internal sealed record Sent(string Text, IReadOnlyList<(string Kind, string Type, byte[] Bytes)> Parts)
    {
        /// <summary>The messages of the person in a request of OpenAI or Anthropic.</summary>
        public static IReadOnlyList<Sent> All(RecordedRequest request) =>
            [
                .. request
                    .Json.GetProperty("messages")
                    .EnumerateArray()
                    .Where(message => message.Text("role") == "user")
                    .Select(message => Of(message.GetProperty("content"))),
            ];

        public static Sent Last(RecordedRequest request) => All(request)[^1];

        private static Sent Of(JsonElement content)
        {
            if (content.ValueKind == JsonValueKind.String)
                return new Sent(content.GetString()!, []);
            var parts = content.EnumerateArray().ToList();
            return new Sent(parts.Single(part => part.Text("type") == "text").Text("text")!, [.. parts.Where(IsFile).Select(Part)]);
        }

        private static bool IsFile(JsonElement part) => part.Text("type") != "text";

        private static (string, string, byte[]) Part(JsonElement part)
        {
            var kind = part.Text("type")!;
            if (part.TryGetProperty("source", out var source))
            {
                Assert.Equal("base64", source.Text("type"));
                return (kind, source.Text("media_type")!, source.GetProperty("data").GetBytesFromBase64());
            }

            var address = kind == "image_url" ? part.GetProperty(kind).Text("url")! : part.GetProperty(kind).Text("file_data")!;
            var comma = address.IndexOf(',');
            Assert.StartsWith("data:", address);
            Assert.EndsWith(";base64", address[..comma]);
            return (kind, address[5..(comma - 7)], Convert.FromBase64String(address[(comma + 1)..]));
        }
    }
}
