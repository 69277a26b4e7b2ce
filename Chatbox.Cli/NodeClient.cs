using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Chatbox.Cli;

/// <summary>A command did not do what it should.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="message">What to tell the operator, in a sentence.</param>
internal sealed class CommandFailedException(int exitCode, string message) : Exception(message)
{
    public int ExitCode => exitCode;
}

/// <summary>Speaks to the operators' port of one node.</summary>
internal sealed class NodeClient : IDisposable
{
    private readonly HttpClient _http;

    public NodeClient(Uri node, string? token)
    {
        _http = new HttpClient { BaseAddress = node, Timeout = Timeout.InfiniteTimeSpan };
        if (!string.IsNullOrEmpty(token))
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The body of the answer; undefined for an answer without one.</summary>
    /// <exception cref="CommandFailedException">The node is not there, or says no.</exception>
    public async Task<JsonElement> Send(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using var answer = await Request(method, path, HttpCompletionOption.ResponseContentRead, cancellationToken);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        return body.Length == 0 ? default : JsonDocument.Parse(body).RootElement;
    }

    /// <summary>Copies the answer as it comes.</summary>
    /// <exception cref="CommandFailedException">The node is not there, or says no.</exception>
    public async Task Follow(string path, TextWriter output, CancellationToken cancellationToken)
    {
        using var answer = await Request(HttpMethod.Get, path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        try
        {
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
                await output.WriteLineAsync(line);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new CommandFailedException(ExitCode.Unreachable, "The node has gone.");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> Request(HttpMethod method, string path, HttpCompletionOption until, CancellationToken stop)
    {
        HttpResponseMessage answer;
        try
        {
            using var request = new HttpRequestMessage(method, path);
            answer = await _http.SendAsync(request, until, stop);
        }
        catch (HttpRequestException e)
        {
            throw new CommandFailedException(
                ExitCode.Unreachable,
                $"No node answers at {_http.BaseAddress}: {e.Message}. Is it running, and is that its OPERATOR_PORT?"
            );
        }

        if (answer.IsSuccessStatusCode)
            return answer;
        using (answer)
            throw await Failure(answer, stop);
    }

    private static async Task<CommandFailedException> Failure(HttpResponseMessage answer, CancellationToken stop)
    {
        var code = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? ExitCode.Refused : ExitCode.Failed;
        var text = await answer.Content.ReadAsStringAsync(stop);
        try
        {
            using var body = JsonDocument.Parse(text);
            return new CommandFailedException(code, body.RootElement.GetProperty("message").GetString() ?? text);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new CommandFailedException(code, $"What answers there is no Chatbox node: it says {(int)answer.StatusCode}.");
        }
    }
}
