using Microsoft.AspNetCore.HttpOverrides;

namespace Chatbox.Node.Endpoints.Edge;

/// <summary>What proxies say of the clients behind them, and who is believed (<c>TRUSTED_PROXIES</c>).</summary>
internal static class ForwardedClients
{
    private static readonly string[] Names = ["Forwarded", "Via", "X-Real-IP"];

    // The second is what takes the place of a header of the first kind that was believed.
    private static readonly string[] Prefixes = ["X-Forwarded-", "X-Original-"];

    /// <summary>Takes address, scheme and host of the client from the headers of these proxies; does nothing without one.</summary>
    public static void UseForwardedClients(this IApplicationBuilder app, IReadOnlyList<System.Net.IPNetwork> proxies)
    {
        if (proxies.Count == 0)
            return;
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in proxies)
            forwarded.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(forwarded);
        app.Use(
            (context, next) =>
            {
                context.Request.Scheme = SchemeOf(context.Request.Scheme);
                return next(context);
            }
        );
    }

    /// <summary>Some proxies name the scheme of a socket after the upgrade; the page that opened it has the scheme of HTTP.</summary>
    internal static string SchemeOf(string forwarded) =>
        forwarded.ToLowerInvariant() switch
        {
            "wss" => "https",
            "ws" => "http",
            var scheme => scheme,
        };

    /// <summary>Whether any proxy, believed or not, has passed the request on, as far as it says so.</summary>
    public static bool IsForwarded(HttpRequest request) =>
        request.Headers.Any(header =>
            Names.Contains(header.Key, StringComparer.OrdinalIgnoreCase)
            || Prefixes.Any(prefix => header.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        );
}
