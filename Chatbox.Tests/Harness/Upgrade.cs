using System.Net.Http.Headers;

namespace Chatbox.Tests.Harness;

/// <summary>Sends upgrade requests as plain HTTP, so that a test sees the response, and the bare connection after a 101.</summary>
internal static class Upgrade
{
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    /// <summary>Sends an upgrade request. After a 101 the response's content is the connection.</summary>
    /// <param name="bearer">The token for <c>Authorization: Bearer</c>; null for no header.</param>
    public static Task<HttpResponseMessage> Send(
        TestNode node,
        string? bearer = null,
        string query = "",
        params (string Name, string Value)[] headers
    ) => Send(node.Http, bearer, query, headers);

    /// <inheritdoc cref="Send(TestNode, string?, string, ValueTuple{string, string}[])" />
    public static async Task<HttpResponseMessage> Send(
        HttpClient http,
        string? bearer = null,
        string query = "",
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/chatbox/ws?{query}");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue("websocket"));
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", Key);
        if (bearer is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
    }

    /// <summary>The status of an upgrade request; a connection that it opened is closed again.</summary>
    public static Task<int> Status(TestNode node, string? bearer = null, string query = "", params (string Name, string Value)[] headers) =>
        Status(node.Http, bearer, query, headers);

    /// <inheritdoc cref="Status(TestNode, string?, string, ValueTuple{string, string}[])" />
    public static async Task<int> Status(
        HttpClient http,
        string? bearer = null,
        string query = "",
        params (string Name, string Value)[] headers
    )
    {
        using var answer = await Send(http, bearer, query, headers);
        return (int)answer.StatusCode;
    }

    public static string? Header(this HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
