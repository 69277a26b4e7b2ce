using System.Text.Json;

namespace Chatbox.Tests.Servers;

/// <summary>A request as a <see cref="ScriptedModelServer"/> received it.</summary>
public sealed class RecordedRequest(string path, IReadOnlyDictionary<string, string> headers, string body, string connection)
{
    private readonly TaskCompletionSource _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Path { get; } = path;

    /// <summary>The query with its question mark; empty if there is none.</summary>
    public string Query { get; init; } = "";

    /// <summary>The headers by name, in any case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; } = headers;

    public string Body { get; } = body;

    /// <summary>An id of the connection that carried the request.</summary>
    public string Connection { get; } = connection;

    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>Completes when the client disconnects before the script has ended.</summary>
    public Task Disconnected => _disconnected.Task;

    /// <summary>Completes when the script has ended.</summary>
    public Task Answered => _answered.Task;

    internal void MarkDisconnected() => _disconnected.TrySetResult();

    internal void MarkAnswered() => _answered.TrySetResult();
}
