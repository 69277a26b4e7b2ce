using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Chatbox.Cli.Shell;

/// <summary>A command failed.</summary>
/// <param name="exitCode">One of the codes in <see cref="ExitCode"/>.</param>
/// <param name="message">The reason, as one sentence for the operator.</param>
internal sealed class CommandFailedException(int exitCode, string message) : Exception(message)
{
    public int ExitCode => exitCode;
}

/// <summary>The HTTP client of a node's operators' port.</summary>
internal sealed class NodeClient : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="name">The name of the operator, which the node takes as told unless the token has a name of its own.</param>
    public NodeClient(Uri node, string? token, string name)
    {
        _http = new HttpClient { BaseAddress = node, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Add("Chatbox-Operator", Uri.EscapeDataString(name));
        if (!string.IsNullOrEmpty(token))
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Sends a request and returns the body of the reply; undefined for a reply without a body.</summary>
    /// <exception cref="CommandFailedException">The node is unreachable, or refused the request.</exception>
    public async Task<JsonElement> Send(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using var reply = await Request(method, path, HttpCompletionOption.ResponseContentRead, cancellationToken);
        var body = await reply.Content.ReadAsByteArrayAsync(cancellationToken);
        return body.Length == 0 ? default : JsonDocument.Parse(body).RootElement;
    }

    /// <summary>Sends a request and prints the reply line by line as it arrives.</summary>
    /// <exception cref="CommandFailedException">The node is unreachable, or refused the request.</exception>
    public async Task Follow(HttpMethod method, string path, TextWriter output, CancellationToken cancellationToken)
    {
        using var reply = await Request(method, path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        using var lines = new StreamReader(await reply.Content.ReadAsStreamAsync(cancellationToken));
        try
        {
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
                await output.WriteLineAsync(line);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new CommandFailedException(ExitCode.Unreachable, "The node closed the connection.");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> Request(
        HttpMethod method,
        string path,
        HttpCompletionOption until,
        CancellationToken cancellationToken
    )
    {
        HttpResponseMessage reply;
        try
        {
            using var request = new HttpRequestMessage(method, path);
            reply = await _http.SendAsync(request, until, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new CommandFailedException(
                ExitCode.Unreachable,
                $"No node answers at {_http.BaseAddress}: {e.Message}. Check that it is running and that this is its OPERATOR_PORT."
            );
        }

        if (reply.IsSuccessStatusCode)
            return reply;
        using (reply)
            throw await Failure(reply, cancellationToken);
    }

    private static async Task<CommandFailedException> Failure(HttpResponseMessage reply, CancellationToken cancellationToken)
    {
        var code = reply.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? ExitCode.Refused : ExitCode.Failed;
        var text = await reply.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            using var body = JsonDocument.Parse(text);
            return new CommandFailedException(code, body.RootElement.GetProperty("message").GetString() ?? text);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new CommandFailedException(code, $"The address does not belong to a Chatbox node: it replied {(int)reply.StatusCode}.");
        }
    }
}
