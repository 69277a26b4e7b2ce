using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Chatbox.Benchmarks.Baselines;

/// <summary>
/// The least that a server does with an upload: writes the bytes to a file and flushes it to the disk. There are no checks, records, limits
/// or encryption. The files have no names, so that nothing is left of them when the process is killed.
/// </summary>
internal sealed class RelayFiles
{
    private const int BufferBytes = 64 * 1024;

    private readonly ConcurrentDictionary<string, FileStream> _files = new();

    public void Map(IEndpointRouteBuilder app)
    {
        // As a delegate: as a RequestDelegate its result would be dropped.
        app.MapPost("/chatbox/upload", (Delegate)Take);
        app.MapGet("/chatbox/files/{id}", Show);
    }

    private async Task<IResult> Take(HttpContext http)
    {
        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(http.Request.ContentType).Boundary).Value!;
        var part = await new MultipartReader(boundary, http.Request.Body, BufferBytes).ReadNextSectionAsync(http.RequestAborted);
        var id = Guid.NewGuid().ToString("n");
        var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"chatbox-relay-{id}");
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, BufferBytes, useAsync: true);
        File.Delete(path);
        _files[id] = file;
        await part!.Body.CopyToAsync(file, BufferBytes, http.RequestAborted);
        await file.FlushAsync(http.RequestAborted);
        await Task.Run(() => file.Flush(flushToDisk: true));
        return Results.Json(new Dictionary<string, string> { ["file_url"] = $"/chatbox/files/{id}" });
    }

    private IResult Show(string id)
    {
        var file = _files[id];
        file.Position = 0;
        return Results.Stream(file);
    }
}
