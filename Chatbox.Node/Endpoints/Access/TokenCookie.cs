using Chatbox.Node.Identity;
using Microsoft.Net.Http.Headers;

namespace Chatbox.Node.Endpoints.Access;

/// <summary>
/// Gives browsers their own token as a cookie that scripts cannot read, because pages of the replaced service upload without a header. Only the
/// routes for files accept it, and requests that change something only from this origin or an allowed one. Protocol section 2, "Transport".
/// </summary>
/// <param name="paths">The paths below which the browser sends the cookie.</param>
/// <param name="origins">Further origins whose pages may use the cookie, exact (<c>CORS_ALLOWED_ORIGINS</c>).</param>
internal sealed class TokenCookie(IReadOnlyList<string> paths, IReadOnlyList<string> origins, TokenValidator tokens, TimeProvider clock)
{
    public const string Name = "chatbox_token";

    /// <summary>Browsers ignore larger cookies (RFC 6265, section 6.1): 4096 bytes with name and attributes.</summary>
    private const int MaxToken = 3800;

    private readonly HashSet<string> _origins = new(origins, StringComparer.Ordinal);

    /// <summary>The token in the cookie; null without one.</summary>
    public static string? Of(HttpRequest request) => request.Cookies[Name] is { Length: > 0 } token ? token : null;

    /// <summary>Whether the page that sends the request may use the cookie. Reading needs no permission: a page of another site gets no response.</summary>
    public bool MayUse(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            return true;
        // Every browser sends the origin with such requests; whatever sends none can send a header with the token.
        return OriginPolicy.IsOwn(request) || _origins.Contains(request.Headers.Origin.ToString());
    }

    /// <summary>Adds the cookie to a successful response, if a browser asks that does not have it.</summary>
    /// <param name="token">A valid token.</param>
    public void Give(HttpContext http, string token, TokenIdentity identity)
    {
        if (token.Length > MaxToken || !IsBrowser(http.Request) || Of(http.Request) == token)
            return;
        http.Response.OnStarting(() =>
        {
            if (http.Response.StatusCode < StatusCodes.Status400BadRequest)
                foreach (var path in paths)
                    http.Response.Headers.Append(HeaderNames.SetCookie, Cookie(http.Request, path, token, identity));
            return Task.CompletedTask;
        });
    }

    private string Cookie(HttpRequest request, string path, string token, TokenIdentity identity)
    {
        var cookie = new SetCookieHeaderValue(Name, token)
        {
            Path = path,
            HttpOnly = true,
            Secure = request.IsHttps,
            SameSite = Microsoft.Net.Http.Headers.SameSiteMode.Lax,
        };
        if (tokens.EndOf(identity) is { } end)
            cookie.MaxAge = end - clock.GetUtcNow();
        return cookie.ToString();
    }

    private static bool IsBrowser(HttpRequest request) =>
        request.Headers.Origin.Count > 0 || request.Headers.ContainsKey("Sec-Fetch-Mode") || request.Headers.Cookie.Count > 0;
}
