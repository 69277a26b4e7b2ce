using System.Text.Json;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Chatbox.Node.Identity;

/// <summary>
/// The signing keys of an OpenID Connect authority: discovered, kept, and asked for again when they are old or a token names one that is
/// not there. A refresh that fails leaves the keys as they were.
/// </summary>
/// <param name="http">Without a base address; disposed of by its owner.</param>
public sealed class AuthorityKeys(Uri authority, HttpClient http, TimeProvider clock, ILogger<AuthorityKeys> log) : IDisposable
{
    /// <summary>Age at which keys are asked for again, so that withdrawn ones do not live on.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    /// <summary>Least time between two attempts: tokens with made-up key ids must not make us a burden to the authority.</summary>
    public static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(10);
    private const int MaxDocumentBytes = 1024 * 1024;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private SigningKeys? _keys;
    private DateTimeOffset _fetchedAt = DateTimeOffset.MinValue;
    private DateTimeOffset _triedAt = DateTimeOffset.MinValue;

    /// <summary>The keys a token with this key id may be signed with; null while there are none at all.</summary>
    public async ValueTask<SigningKeys?> FindAsync(string? keyId, CancellationToken stop)
    {
        if (IsEnough(keyId) || !MayTry())
            return _keys?.For(keyId);

        await _gate.WaitAsync(stop);
        try
        {
            // Whoever waited finds what the one before it fetched.
            if (!IsEnough(keyId) && MayTry())
                await RefreshAsync();
        }
        finally
        {
            _gate.Release();
        }

        return _keys?.For(keyId);
    }

    private bool IsEnough(string? keyId) => _keys is { } keys && clock.GetUtcNow() - _fetchedAt < MaxAge && keys.Knows(keyId);

    private bool MayTry() => clock.GetUtcNow() - _triedAt >= LeastInterval;

    // Not cancelled by the request that happened to need it: the keys are everybody's.
    private async Task RefreshAsync()
    {
        _triedAt = clock.GetUtcNow();
        using var deadline = new CancellationTokenSource(FetchTimeout, clock);
        try
        {
            _keys = await FetchAsync(deadline.Token);
            _fetchedAt = clock.GetUtcNow();
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or InvalidDataException or IOException)
        {
            log.LogError(e, "The signing keys of {Authority} cannot be fetched", authority.Host);
        }
    }

    private async Task<SigningKeys> FetchAsync(CancellationToken stop)
    {
        var issuer = authority.AbsoluteUri.TrimEnd('/');
        var configuration = Parse(
            await GetAsync(new Uri($"{issuer}/.well-known/openid-configuration"), stop),
            OpenIdConnectConfiguration.Create
        );
        // OpenID Connect Discovery section 4.3: the document must be about the one who was asked.
        if (configuration.Issuer?.TrimEnd('/') != issuer)
            throw new InvalidDataException("The discovery document is of another issuer.");
        if (
            !Uri.TryCreate(configuration.JwksUri, UriKind.Absolute, out var address)
            || (address.Scheme != "https" && address.Scheme != authority.Scheme)
        )
            throw new InvalidDataException("The discovery document has no usable jwks_uri.");
        return new SigningKeys(configuration.Issuer, Parse(await GetAsync(address, stop), JsonWebKeySet.Create));
    }

    private async Task<string> GetAsync(Uri address, CancellationToken stop)
    {
        using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, stop);
        response.EnsureSuccessStatusCode();
        await response.Content.LoadIntoBufferAsync(MaxDocumentBytes, stop);
        return await response.Content.ReadAsStringAsync(stop);
    }

    private static T Parse<T>(string json, Func<string, T> parse)
    {
        try
        {
            return parse(json);
        }
        catch (Exception e) when (e is ArgumentException or JsonException)
        {
            throw new InvalidDataException("The authority's document is not what it must be.", e);
        }
    }

    public void Dispose() => _gate.Dispose();
}
