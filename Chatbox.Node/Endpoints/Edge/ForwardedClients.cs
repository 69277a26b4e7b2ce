using Microsoft.AspNetCore.HttpOverrides;

namespace Chatbox.Node.Endpoints.Edge;

/// <summary>Reads the clients behind proxies from the headers of trusted proxies (<c>TRUSTED_PROXIES</c>).</summary>
internal static class ForwardedClients
{
    private static readonly string[] Names = ["Forwarded", "Via", "X-Real-IP"];

    // ASP.NET renames a trusted header from the first prefix to the second.
    private static readonly string[] Prefixes = ["X-Forwarded-", "X-Original-"];

    /// <summary>Takes the address, scheme and host of the client from the headers of these proxies. Does nothing without proxies.</summary>
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

    /// <summary>
    /// The HTTP scheme of a forwarded scheme. Some proxies report ws or wss for sockets, but the origin of a page has the HTTP scheme.
    /// </summary>
    internal static string SchemeOf(string forwarded) =>
        forwarded.ToLowerInvariant() switch
        {
            "wss" => "https",
            "ws" => "http",
            var scheme => scheme,
        };

    /// <summary>Whether the request has a header of any proxy, trusted or not.</summary>
    public static bool IsForwarded(HttpRequest request) =>
        request.Headers.Any(header =>
            Names.Contains(header.Key, StringComparer.OrdinalIgnoreCase)
            || Prefixes.Any(prefix => header.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        );
}
