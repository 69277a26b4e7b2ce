using System.Text.Json;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Chatbox.Node.Identity;

/// <summary>
/// The signing keys of an OpenID Connect authority: discovered, kept, and asked for again when they are old or a token names one that is
/// not there. A refresh that fails leaves the keys as they were.
/// </summary>
/// <param name="http">Without a base address; disposed of by its owner.</param>
public sealed partial class AuthorityKeys(Uri authority, HttpClient http, TimeProvider clock, ILogger<AuthorityKeys> log) : IDisposable
{
    /// <summary>Age at which keys are asked for again, so that withdrawn ones do not live on.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    /// <summary>Least time between two attempts: tokens with made-up key ids must not make us a burden to the authority.</summary>
    public static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(10);
    private const int MaxDocumentBytes = 1024 * 1024;

    private readonly SemaphoreSlim _gate = new(1, 1);

    // One reference, so that readers outside the gate never see half of it.
    private volatile Attempt _last = new(null, DateTimeOffset.MinValue, DateTimeOffset.MinValue);

    /// <summary>The outcome of the latest attempt: the keys there are, how old they are, and when they were last asked for.</summary>
    private sealed record Attempt(SigningKeys? Keys, DateTimeOffset FetchedAt, DateTimeOffset TriedAt)
    {
        public bool Knows(string? keyId) => Keys?.Knows(keyId) ?? false;
    }

    /// <summary>The keys a token with this key id may be signed with; null while there are none at all.</summary>
    public async ValueTask<SigningKeys?> Find(string? keyId, CancellationToken cancellationToken)
    {
        var now = _last;
        if (IsEnough(now, keyId) || !MayTry(now))
            return now.Keys?.For(keyId);

        // A key that is merely old is good enough for all but the one who asks for it anew.
        if (!await _gate.WaitAsync(now.Knows(keyId) ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, cancellationToken))
            return now.Keys?.For(keyId);
        try
        {
            // Whoever waited finds what the one before it fetched.
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

    // Not cancelled by the request that happened to need it: the keys are everybody's.
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
        // OpenID Connect Discovery section 4.3: the document must be about the one who was asked.
        if (configuration.Issuer?.TrimEnd('/') != issuer)
            throw new InvalidDataException("The discovery document is of another issuer.");
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
            throw new InvalidDataException("The authority's document is not what it must be.", e);
        }
    }

    public void Dispose() => _gate.Dispose();

    [LoggerMessage(142, LogLevel.Error, "The signing keys of {Authority} cannot be fetched")]
    private partial void LogNotFetched(Exception failure, string authority);
}
