using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Chatbox.Tests.Harness;

/// <summary>A REST response whose body has been read.</summary>
internal sealed record RestAnswer(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? Code => Json.GetProperty("code").GetString();

    public IReadOnlyList<string> Fields => [.. Json.EnumerateObject().Select(property => property.Name)];

    public static async Task<RestAnswer> Read(HttpResponseMessage answer) =>
        new(
            (int)answer.StatusCode,
            await answer.Content.ReadAsStringAsync(),
            answer
                .Headers.Concat(answer.Content.Headers)
                .ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase)
        );
}

/// <summary>Short ways to call REST routes.</summary>
internal static class RestCalls
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Sends a request below the prefix, with a token for this user and these roles; without a token if the user is null.
    /// </summary>
    public static async Task<RestAnswer> Rest(this HttpClient http, string method, string path, string? user, params string[] roles)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), TinyHost.Prefix + path);
        if (user is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestNode.Token(user, roles));
        using var answer = await http.SendAsync(request);
        return await RestAnswer.Read(answer);
    }

    /// <summary>Gives a session another name.</summary>
    public static async Task<RestAnswer> Rename(this HttpClient http, string session, string user, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"{TinyHost.Prefix}/sessions/{session}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestNode.Token(user));
        request.Content = JsonContent.Create(new { name });
        using var answer = await http.SendAsync(request);
        return await RestAnswer.Read(answer);
    }

    /// <summary>
    /// Repeats a GET until the response is as expected, because the index follows the sessions with a delay. A node that starts listens at its
    /// port twice, first to say what it waits for, so that a connection may be refused in between.
    /// </summary>
    public static async Task<RestAnswer> RestUntil(
        this HttpClient http,
        string path,
        string user,
        Func<RestAnswer, bool> expected,
        params string[] roles
    )
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new GrowingPause();
        while (true)
        {
            try
            {
                var answer = await http.Rest("GET", path, user, roles);
                if (expected(answer))
                    return answer;
                Assert.False(deadline.IsCancellationRequested, $"{path} stays {answer.Status}: {answer.Text}");
            }
            catch (HttpRequestException e)
                when (e.HttpRequestError == HttpRequestError.ConnectionError && !deadline.IsCancellationRequested) { }

            await pause.Next();
        }
    }

    /// <summary>Every message of a session, read page by page, oldest first.</summary>
    public static async Task<List<JsonElement>> History(this HttpClient http, string session, string user, int limit = 100)
    {
        List<JsonElement> messages = [];
        while (true)
        {
            var before = messages.Count == 0 ? "" : $"&before_seq={messages[0].Seq()}";
            var answer = await http.Rest("GET", $"/sessions/{session}?limit={limit}{before}", user);
            Assert.Equal(200, answer.Status);
            var page = answer.Json.GetProperty("messages").EnumerateArray().ToList();
            if (page.Count == 0)
                return messages;
            messages.InsertRange(0, page);
        }
    }
}
