using System.Text.Json;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Chatbox.Node.Identity;

/// <summary>
/// The signing keys of an OpenID Connect authority, cached. They are fetched again when they are old, or when a token names an unknown key. A
/// failed refresh keeps the old keys.
/// </summary>
/// <param name="http">Client without a base address; the owner disposes of it.</param>
public sealed partial class AuthorityKeys(Uri authority, HttpClient http, TimeProvider clock, ILogger<AuthorityKeys> log) : IDisposable
{
    /// <summary>Age at which keys are fetched again, so that withdrawn keys expire.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    /// <summary>Minimum time between two attempts, so that tokens with invented key ids do not flood the authority.</summary>
    public static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(10);
    private const int MaxDocumentBytes = 1024 * 1024;

    private readonly SemaphoreSlim _gate = new(1, 1);

    // One reference, so that readers without the lock never see a partial update.
    private volatile Attempt _last = new(null, DateTimeOffset.MinValue, DateTimeOffset.MinValue);

    /// <summary>The keys, when they were fetched, and when the last attempt was.</summary>
    private sealed record Attempt(SigningKeys? Keys, DateTimeOffset FetchedAt, DateTimeOffset TriedAt)
    {
        public bool Knows(string? keyId) => Keys?.Knows(keyId) ?? false;
    }

    /// <summary>The keys for a token with this key id; null if no keys were ever fetched.</summary>
    public async ValueTask<SigningKeys?> Find(string? keyId, CancellationToken cancellationToken)
    {
        var now = _last;
        if (IsEnough(now, keyId) || !MayTry(now))
            return now.Keys?.For(keyId);

        // While one caller refreshes an old key, the others use it.
        if (!await _gate.WaitAsync(now.Knows(keyId) ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, cancellationToken))
            return now.Keys?.For(keyId);
        try
        {
            // A caller that waited finds the keys of the caller before it.
            if (!IsEnough(_last, keyId) && MayTry(_last))
                _last = await Refresh(_last);
            return _last.Keys?.For(keyId);
        }
        finally
        {
            _gate.Release();
        }
    }

    private bool IsEnough(Attempt last, string? keyId) => clock.GetUtcNow() - last.FetchedAt < MaxAge && last.Knows(keyId);

    private bool MayTry(Attempt last) => clock.GetUtcNow() - last.TriedAt >= LeastInterval;

    // Not cancelled with the request, because other requests need the keys too.
    private async Task<Attempt> Refresh(Attempt last)
    {
        using var deadline = new CancellationTokenSource(FetchTimeout, clock);
        try
        {
            var keys = await Fetch(deadline.Token);
            return new Attempt(keys, clock.GetUtcNow(), clock.GetUtcNow());
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or InvalidDataException or IOException)
        {
            LogNotFetched(e, authority.Host);
            return last with { TriedAt = clock.GetUtcNow() };
        }
    }

    private async Task<SigningKeys> Fetch(CancellationToken cancellationToken)
    {
        var issuer = authority.AbsoluteUri.TrimEnd('/');
        var configuration = Parse(
            await Get(new Uri($"{issuer}/.well-known/openid-configuration"), cancellationToken),
            OpenIdConnectConfiguration.Create
        );
        // OpenID Connect Discovery, section 4.3: the issuer in the document must be the requested issuer.
        if (configuration.Issuer?.TrimEnd('/') != issuer)
            throw new InvalidDataException("The discovery document belongs to another issuer.");
        if (
            !Uri.TryCreate(configuration.JwksUri, UriKind.Absolute, out var address)
            || (address.Scheme != "https" && address.Scheme != authority.Scheme)
        )
            throw new InvalidDataException("The discovery document has no usable jwks_uri.");
        return new SigningKeys(configuration.Issuer, Parse(await Get(address, cancellationToken), JsonWebKeySet.Create));
    }

    private async Task<string> Get(Uri address, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await response.Content.LoadIntoBufferAsync(MaxDocumentBytes, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    private static T Parse<T>(string json, Func<string, T> parse)
    {
        try
        {
            return parse(json);
        }
        catch (Exception e) when (e is ArgumentException or JsonException)
        {
            throw new InvalidDataException("The document of the authority is invalid.", e);
        }
    }

    public void Dispose() => _gate.Dispose();

    [LoggerMessage(142, LogLevel.Error, "The signing keys of {Authority} cannot be fetched")]
    private partial void LogNotFetched(Exception failure, string authority);
}
