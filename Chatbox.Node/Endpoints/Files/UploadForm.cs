using Chatbox.Actors.Files;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Files;
using Chatbox.Node.Files.Judging;
using Chatbox.Node.Files.Uploads;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Chatbox.Node.Endpoints.Files;

/// <summary>
/// Reads the file in a <c>multipart/form-data</c> body (RFC 7578). The body is read once, part by part, and never held in memory.
/// </summary>
/// <param name="most">Bytes that the file may have.</param>
/// <param name="tooMany">The response to more of them.</param>
internal sealed class UploadForm(FileSpool spool, long most, Func<IResult> tooMany) : IAsyncDisposable
{
    /// <summary>Room for the parts around the file, in bytes.</summary>
    public const int Overhead = 256 * 1024;

    /// <summary>Bytes that are taken from the body at a time. With those that the reader takes by itself, a large file is read in thousands of steps.</summary>
    private const int BufferBytes = 64 * 1024;

    private const string FileField = "file";
    private const int MaxBoundary = 200;
    private const int MaxParts = 32;

    /// <summary>Most bytes of a part that is not the file, and of the headers of a part.</summary>
    private const int MaxField = 16 * 1024;

    /// <summary>The file, once it is received completely.</summary>
    public SpooledFile? File { get; private set; }

    /// <summary>Receives the whole body.</summary>
    /// <returns>The response to a bad body; null if <see cref="File"/> is there.</returns>
    /// <exception cref="FileStoreUnavailableException">The spool cannot be used.</exception>
    /// <exception cref="UploadTooSlowException">The body does not arrive in time.</exception>
    public async Task<IResult?> Read(string? contentType, Stream body, CancellationToken cancellationToken)
    {
        if (BoundaryOf(contentType) is not { } boundary)
            return ErrorResponse.UnsupportedMediaType("The body must be multipart/form-data.");
        try
        {
            var reader = new MultipartReader(boundary, body, BufferBytes) { HeadersLengthLimit = MaxField };
            for (var parts = 0; await reader.ReadNextSectionAsync(cancellationToken) is { } part; parts++)
                if (parts == MaxParts)
                    return ErrorResponse.BadRequest($"The body has more than {MaxParts} fields.");
                else if (await Take(part, cancellationToken) is { } refusal)
                    return refusal;
            return File is null ? ErrorResponse.BadRequest("The body has no field file.") : null;
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            // A client that is gone gets no response.
            cancellationToken.ThrowIfCancellationRequested();
            return Malformed;
        }
    }

    public ValueTask DisposeAsync() => File?.Content.DisposeAsync() ?? ValueTask.CompletedTask;

    private static ErrorResponse Malformed => ErrorResponse.BadRequest("The body is not valid multipart/form-data.");

    private async Task<IResult?> Take(MultipartSection part, CancellationToken cancellationToken)
    {
        if (part.GetContentDispositionHeader() is not { } field)
            return Malformed;
        // The server needs no other field, not even session_id: the message that mentions the file names its session.
        if (HeaderUtilities.RemoveQuotes(field.Name) != FileField)
            return await IsShort(part.Body, cancellationToken) ? null : Malformed;
        if (File is not null)
            return ErrorResponse.BadRequest("The body may contain one field file only.");
        if (NameOf(field) is not { } name)
            return ErrorResponse.BadRequest("The field file must be a file with a name.");
        var content = await spool.Open(cancellationToken);
        File = new SpooledFile(name, part.ContentType, content);
        return await spool.Fill(content, part.Body, most, cancellationToken) ? null : tooMany();
    }

    /// <summary>Reads a part that nobody needs, as long as it is no longer than one may be.</summary>
    private static async Task<bool> IsShort(Stream part, CancellationToken cancellationToken)
    {
        var room = new byte[MaxField + 1];
        return await part.ReadAtLeastAsync(room, room.Length, throwOnEndOfStream: false, cancellationToken) < room.Length;
    }

    private static string? BoundaryOf(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= MaxBoundary } boundary
            ? boundary
            : null;

    /// <summary>The name as the client sent it. The name of RFC 5987 wins, which some clients send beside a name in ASCII.</summary>
    private static string? NameOf(ContentDispositionHeaderValue field) =>
        (field.FileNameStar.HasValue ? field.FileNameStar : HeaderUtilities.RemoveQuotes(field.FileName)).Value is { Length: > 0 } name
            ? name
            : null;
}
