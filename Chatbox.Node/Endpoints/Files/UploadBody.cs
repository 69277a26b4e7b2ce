using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Chatbox.Node.Endpoints.Files;

/// <summary>Prepares a request for a large body.</summary>
internal static class UploadBody
{
    /// <summary>Replaces the web server's limits, which are for small bodies. Call it before anything of the body is read.</summary>
    /// <param name="mostBytes">Bytes of the whole body; null if the caller counts.</param>
    public static void Open(HttpContext http, long? mostBytes)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = mostBytes;
        // Mobile networks pause; uploads have deadlines of their own.
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }
}
