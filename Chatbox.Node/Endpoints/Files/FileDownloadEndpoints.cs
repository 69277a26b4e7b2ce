using Chatbox.Messages;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Description;
using Chatbox.Node.Files.Store;

namespace Chatbox.Node.Endpoints.Files;

/// <summary>The route under which people open files. Protocol section 7, "Downloads".</summary>
internal static class FileDownloadEndpoints
{
    /// <summary>Adds the services of the route. Needs the file store, the library of files and the metrics of transfers.</summary>
    public static IServiceCollection AddChatboxFileDownloads(this IServiceCollection services) =>
        services.AddSingleton<FilePermission>().AddSingleton<FileDownloads>();

    public static void MapChatboxFileDownloads(this IEndpointRouteBuilder app, string prefix)
    {
        var one = $"{prefix}/files/{{id}}";
        app.MapGet(one, Serve)
            .ForUsersAndAddresses(VerdictOf)
            .Describe(
                "OpenFile",
                "Returns a file, or a range of it, or redirects to the store's own address. thumbnail=1 asks for the small picture of an image."
            )
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .Produces(StatusCodes.Status206PartialContent, contentType: "application/octet-stream")
            .Produces(StatusCodes.Status302Found)
            .Produces(StatusCodes.Status304NotModified)
            .Produces(StatusCodes.Status416RangeNotSatisfiable)
            .Refuses(401, 403, 404, 429, 503);
        app.MapMethods(one, [HttpMethods.Head], Serve).ForUsersAndAddresses(VerdictOf).ExcludeFromDescription();
    }

    private static Task<IResult> Serve(HttpContext http, FileDownloads downloads, string id, string? thumbnail) =>
        downloads.Serve(http, id, isThumbnail: thumbnail == "1");

    private static AddressVerdict VerdictOf(HttpContext http)
    {
        var query = http.Request.Query;
        string? signature = query["signature"];
        if (signature is null)
            return AddressVerdict.Unsigned;
        return
            FileId.TryParse(http.GetRouteValue("id") as string, out var file)
            && http.RequestServices.GetRequiredService<FileAddresses>().Allows(file, query["expires"], signature)
            ? AddressVerdict.Allowed
            : AddressVerdict.Refused;
    }
}
