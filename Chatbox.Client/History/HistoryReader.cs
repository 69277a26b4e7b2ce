using System.Net.Http.Headers;
using System.Text.Json;
using Chatbox.Client.Frames;

namespace Chatbox.Client.History;

/// <summary>Reads pages of the history of a session. Protocol section 6, "Reading".</summary>
/// <param name="address">The address under which the server's paths lie.</param>
/// <param name="limit">The most messages of a page, 1 to 1000; null for what the server gives.</param>
internal sealed class HistoryReader(Uri address, HttpClient http, int? limit)
{
    /// <summary>Whether a conversation of which nothing is here is read as one page only.</summary>
    public bool HasWindow => limit is not null;

    /// <summary>The newest page, or the page before a place.</summary>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    /// <exception cref="ChatRequestException">The server refuses the request.</exception>
    /// <exception cref="JsonException">The response is none of this service.</exception>
    public async Task<PageOfHistory> Page(string session, long? before, string? token, CancellationToken cancellationToken)
    {
        var path = $"sessions/{Uri.EscapeDataString(session)}?limit={limit ?? 1000}{(before is null ? "" : $"&before_seq={before}")}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            .ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw await ChatRequestException.Of(response, cancellationToken).ConfigureAwait(false);
        await using var content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var page = await JsonSerializer
            .DeserializeAsync(content, ClientJson.Default.PageOfHistory, cancellationToken)
            .ConfigureAwait(false);
        return page ?? throw new JsonException("The page of the history is empty.");
    }

    /// <summary>Page by page, from the newest message back to a place; the oldest first.</summary>
    /// <inheritdoc cref="Page"/>
    public async Task<PageOfHistory> Since(string session, long lastSeq, string? token, CancellationToken cancellationToken)
    {
        var pages = new List<IReadOnlyList<ChatFrame>>();
        for (long? before = null; ; )
        {
            var page = await Page(session, before, token, cancellationToken).ConfigureAwait(false);
            pages.Insert(0, page.Messages);
            var oldest = page.Messages is [var first, ..] ? first.Seq : null;
            if (oldest >= before)
                throw new JsonException("The pages of the history overlap.");
            if (oldest is null || oldest <= lastSeq || page.NextBeforeSeq is null)
                return new PageOfHistory([.. pages.SelectMany(messages => messages)], null);
            before = oldest;
        }
    }
}
