namespace Chatbox.Node.Models;

/// <summary>
/// Turns refusals and connection errors into failures, in the same way for all providers. It sits between the client and the transport,
/// before a provider's package can lose details such as <c>Retry-After</c>.
/// </summary>
internal sealed class ProviderFailureHandler(HttpMessageHandler transport, string provider, TimeProvider clock)
    : DelegatingHandler(transport)
{
    /// <summary>Longest wait for the body of a refusal. After it, only the status decides.</summary>
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
            // Not passed on as the inner exception, because its text names the host.
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

    /// <summary>Reads the beginning of a refusal's body.</summary>
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
            // The status decides; the part of the body that has arrived may still help.
        }

        return ProviderWords.Of(buffer.AsSpan(0, length));
    }

    // A connect timeout appears as a cancellation that nobody requested.
    private static bool IsConnectionError(Exception failure) =>
        failure is HttpRequestException or IOException or OperationCanceledException;
}
