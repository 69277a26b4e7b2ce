using Microsoft.AspNetCore.Http.Features;

namespace Chatbox.Node.Identity;

/// <summary>
/// The token in the address of a request (<c>?token=</c>), stored apart from the address, so that later logs and traces of the address do not
/// contain the token.
/// </summary>
internal sealed class AddressToken
{
    private const string Key = "token";

    private readonly string[] _tokens;

    private AddressToken(string[] tokens) => _tokens = tokens;

    // Logs of features must not contain a token.
    public override string ToString() => "token of the address";

    /// <summary>All tokens in the address, also after their removal.</summary>
    public static string[] Of(HttpRequest request) =>
        request.HttpContext.Features.Get<AddressToken>()?._tokens
        ?? [.. request.Query[Key].Where(token => !string.IsNullOrEmpty(token)).Select(token => token!)];

    /// <summary>The query as the client sent it, for redirects.</summary>
    public static QueryString WithToken(HttpRequest request) =>
        request.HttpContext.Features.Get<AddressToken>() is { } taken
            ? taken._tokens.Aggregate(request.QueryString, (query, token) => query.Add(Key, token))
            : request.QueryString;

    /// <summary>Removes the token from the query, the raw address and the <c>Referer</c>.</summary>
    public static void TakeOut(HttpRequest request)
    {
        if (HoldsToken(request.Headers.Referer.ToString()))
            request.Headers.Remove("Referer");
        if (!request.Query.ContainsKey(Key))
            return;

        request.HttpContext.Features.Set(new AddressToken(Of(request)));
        var others = request.QueryString.Value!.TrimStart('?').Split('&').Where(part => part.Length > 0 && !IsToken(part));
        var query = string.Join('&', others);
        request.QueryString = query.Length > 0 ? new QueryString($"?{query}") : QueryString.Empty;
        if (request.HttpContext.Features.Get<IHttpRequestFeature>() is { RawTarget: { } raw } feature && raw.Contains('?'))
            feature.RawTarget = raw[..raw.IndexOf('?')] + request.QueryString;
    }

    private static bool HoldsToken(string address) =>
        address.IndexOf('?') is var start and >= 0 && address[(start + 1)..].Split('&').Any(IsToken);

    // Names of parameters are case-insensitive and may be escaped.
    private static bool IsToken(string part) =>
        Uri.UnescapeDataString(part.Split('=')[0].Replace('+', ' ')).Equals(Key, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Removes the token from every address before anything else sees the request.</summary>
internal sealed class AddressTokens(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        AddressToken.TakeOut(context.Request);
        return next(context);
    }
}
