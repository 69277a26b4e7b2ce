using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Description;
using Chatbox.Node.Endpoints.Sessions;
using Chatbox.Node.Files;
using Chatbox.Node.Files.Produced;
using Chatbox.Node.Files.Uploads;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Endpoints.Files;

/// <summary>Takes a whole file in one request. Protocol section 7.</summary>
internal sealed class UploadEndpoints(
    UploadSlots slots,
    UploadIntake intake,
    IFileRecords records,
    IFileAddresses addresses,
    FileSpool spool,
    UploadPace pace,
    UploadOptions options,
    UploadRefusals refusals,
    FileTransferMetrics metrics,
    TimeProvider clock
)
{
    public async Task<IResult> Upload(HttpContext http)
    {
        var (owner, cancellationToken) = (http.Caller().UserId, http.RequestAborted);
        using var slot = slots.TryTake(owner, out var byUser);
        if (slot is null)
            return refusals.NoPlace(byUser);

        var left = options.Quota - await records.Used(owner, cancellationToken);
        if (left <= 0)
            return refusals.OverQuota();
        var (most, tooMany) = left < options.MaxSize ? (left, (Func<IResult>)refusals.OverQuota) : (options.MaxSize, refusals.TooLarge);
        if (http.Request.ContentLength > most + UploadForm.Overhead)
            return tooMany();
        UploadBody.Open(http, most + UploadForm.Overhead);

        await using var form = new UploadForm(spool, most, tooMany);
        await using var body = new TimedBody(http.Request.Body, pace, options, metrics.Uploaded, clock, cancellationToken);
        try
        {
            if (await form.Read(http.Request.ContentType, body, cancellationToken) is { } refusal)
                return refusal;
        }
        catch (UploadTooSlowException)
        {
            return refusals.TooSlow();
        }

        var result = await intake.Take(owner, FileId.New(), form.File!, cancellationToken);
        return result is UploadResult.Stored stored
            ? SessionReads.Json(UploadedBody.Of(stored.File, addresses), UploadJson.Default.UploadedBody)
            : refusals.Of(result);
    }
}

/// <summary>Registers and maps the routes.</summary>
internal static class UploadHosting
{
    /// <summary>The address that pages of the replaced service upload to, whatever the path prefix.</summary>
    public const string ReplacedRoute = "/api/upload";

    /// <summary>Needs the records of files, the file store, the judge, the addresses and the metrics.</summary>
    public static IServiceCollection AddChatboxUploads(this IServiceCollection services, UploadOptions options) =>
        services
            .AddSingleton(options)
            .AddSingleton(provider => new FileSpool(options.SpoolFolder, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<UploadSlots>()
            .AddSingleton<UploadPace>()
            .AddSingleton(provider => provider.GetRequiredService<PrometheusMetrics>().FileTransfer)
            .AddSingleton<UploadRefusals>()
            .AddSingleton<UploadIntake>()
            .AddSingleton<IProducedFiles, ProducedFiles>()
            .AddSingleton<UploadEndpoints>()
            .AddSingleton<UploadFinish>()
            .AddSingleton<ResumableUploads>()
            .AddSingleton<TusEndpoints>();

    public static void MapChatboxUploads(this IEndpointRouteBuilder app, string prefix)
    {
        foreach (var (route, name) in new[] { ($"{prefix}/upload", "UploadFile"), (ReplacedRoute, "UploadFileAsBefore") })
            app.MapPost(route, (HttpContext http, UploadEndpoints uploads) => uploads.Upload(http))
                .ForUploads()
                .Describe(name, "Stores the file in the field file, which messages can then mention by its id.")
                .TakesFile()
                .Answers<UploadedBody>()
                .Refuses(400, 401, 403, 408, 413, 415, 422, 429, 503);

        app.MapMethods($"{prefix}/uploads", [HttpMethods.Options], (HttpContext http, TusEndpoints tus) => tus.Describe(http))
            .ForAnybody()
            .ExcludeFromDescription();
        app.MapPost($"{prefix}/uploads", (HttpContext http, TusEndpoints tus) => tus.Create(http))
            .ForUploads()
            .Describe("BeginUpload", "Begins a resumable upload by the protocol tus 1.0. Location is its address.")
            .Produces(StatusCodes.Status201Created)
            .Refuses(400, 401, 403, 412, 413, 422, 429, 503);
        var one = $"{prefix}/uploads/{{id}}";
        app.MapMethods(one, [HttpMethods.Head], (HttpContext http, TusEndpoints tus, string id) => tus.Show(http, id))
            .ForUploads()
            .ExcludeFromDescription();
        app.MapPatch(one, (HttpContext http, TusEndpoints tus, string id) => tus.Receive(http, id))
            .ForUploads()
            .Describe("ContinueUpload", "Adds bytes to a resumable upload. With the last byte the file is checked and stored.")
            .AnswersNothing()
            .Refuses(400, 401, 403, 404, 409, 412, 413, 415, 422, 423, 429, 460, 503);
        app.MapDelete(one, (HttpContext http, TusEndpoints tus, string id) => tus.Remove(http, id))
            .ForUploads()
            .Describe("EndUpload", "Ends a resumable upload and removes what has arrived.")
            .AnswersNothing()
            .Refuses(401, 403, 404, 412, 429, 503);
    }
}
