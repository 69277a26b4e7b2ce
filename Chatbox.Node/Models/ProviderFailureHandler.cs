namespace Chatbox.Node.Models;

/// <summary>
/// Sits between a provider's client and the transport, so that every adapter reports refusals and connection errors alike, and before
/// a provider's own package can turn them into something that has lost <c>Retry-After</c>.
/// </summary>
internal sealed class ProviderFailureHandler(HttpMessageHandler transport, string provider, TimeProvider clock)
    : DelegatingHandler(transport)
{
    /// <summary>Longest wait for the words of a refusal; without them it is told by its status alone.</summary>
    private static readonly TimeSpan LongestWords = TimeSpan.FromSeconds(2);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (IsConnectionError(failure) && !cancellationToken.IsCancellationRequested)
        {
            // Not passed on as the inner exception: its text names the host.
            throw ProviderFailures.Unreachable(provider, failure);
        }

        if (response.IsSuccessStatusCode)
            return response;
        using (response)
        {
            var words = await ReadWords(response, cancellationToken).ConfigureAwait(false);
            throw ProviderFailures.Refused(provider, response, words, clock.GetUtcNow());
        }
    }

    /// <summary>The beginning of a refusal's body.</summary>
    private async Task<ProviderWords> ReadWords(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[ProviderWords.MaxBytes];
        var length = 0;
        using var deadline = new CancellationTokenSource(LongestWords, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            int read;
            while (length < buffer.Length && (read = await body.ReadAsync(buffer.AsMemory(length), either.Token).ConfigureAwait(false)) > 0)
                length += read;
        }
        catch (Exception failure) when (IsConnectionError(failure) && !cancellationToken.IsCancellationRequested)
        {
            // The status has said what matters; what came of the words may still help.
        }

        return ProviderWords.Of(buffer.AsSpan(0, length));
    }

    // A connect timeout surfaces as a cancellation that nobody asked for.
    private static bool IsConnectionError(Exception failure) =>
        failure is HttpRequestException or IOException or OperationCanceledException;
}
