using System.Text.Json;

namespace Chatbox.Tests.Servers;

/// <summary>A request as a <see cref="ScriptedModelServer"/> received it.</summary>
public sealed class RecordedRequest(string method, string path, IReadOnlyDictionary<string, string> headers, string body, string connection)
{
    private readonly TaskCompletionSource _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Method { get; } = method;

    public string Path { get; } = path;

    /// <summary>With its question mark; empty when there is none.</summary>
    public string Query { get; init; } = "";

    /// <summary>By name, in any case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; } = headers;

    public string Body { get; } = body;

    /// <summary>Names the connection it came on.</summary>
    public string Connection { get; } = connection;

    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>Completes when the client goes away before the script has come to its end.</summary>
    public Task Disconnected => _disconnected.Task;

    /// <summary>Completes when the script has come to its end.</summary>
    public Task Answered => _answered.Task;

    internal void MarkDisconnected() => _disconnected.TrySetResult();

    internal void MarkAnswered() => _answered.TrySetResult();
}
