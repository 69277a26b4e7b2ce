using Chatbox.Node.Files.Images;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Files.Judging;

/// <summary>Judges files one rule after the other, from the cheapest to the dearest: name, type, structure, scanner, image.</summary>
internal sealed partial class FileJudge(
    JudgeOptions options,
    MalwareCheck malware,
    ImageWorkshop images,
    FileSpool spool,
    FileJudgeMetrics metrics,
    TimeProvider clock,
    ILogger<FileJudge> log
) : IFileJudge, IDisposable
{
    private static readonly FileVerdict.Refused Empty = new(FileFault.Empty, "The file is empty. Check the file, and send it again.");

    private static readonly FileVerdict.Undecided TooSlow = new(
        "The file could not be checked in time, because it is very complicated or the server is busy. Send it again in a few minutes."
    );

    private static readonly FileVerdict.Undecided NoImages = new("This server cannot process images at the moment. Send it again later.");

    private readonly SemaphoreSlim _workers = new(options.Workers);
    private readonly BackgroundThreads _threads = new("Judge", options.Workers);

    public async Task<FileVerdict> Judge(SpooledFile file, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var verdict = await Decide(file, either.Token);
            if (verdict is FileVerdict.Refused refused)
                metrics.Refused(refused.Fault.Label);
            return verdict;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return TooSlow;
        }
        catch (ImagingUnavailableException e)
        {
            CannotPrepareImages(e.Message);
            return NoImages;
        }
    }

    public void Dispose() => _workers.Dispose();

    private async Task<FileVerdict> Decide(SpooledFile file, CancellationToken cancellationToken)
    {
        if (file.Content.Length == 0)
            return Empty;
        if (NameRules.Problem(file.Name) is { } problem)
            return new FileVerdict.Refused(FileFault.Name, problem);
        var claimed = ClaimedType(file.ClaimedType);
        var signature = await Inspect(() => Read(file.Content), cancellationToken);
        var (type, unknown) = TypeRules.Find(file.Name, signature, claimed);
        if (type is null)
            return unknown!;
        var inspection = new ContentRules(options.Archives, spool, cancellationToken);
        var (refused, layout, mimeType) = await Inspect(() => inspection.Check(file.Content, type, signature, claimed), cancellationToken);
        if ((refused ?? await malware.Check(file.Content, cancellationToken)) is { } verdict)
            return verdict;

        var name = NameRules.Safe(file.Name, type.Extension);
        if (layout is null)
            return new FileVerdict.Accepted(name, mimeType, file.Content, null, null);
        return await images.Prepare(file.Content, layout, cancellationToken) is { } image
            ? new FileVerdict.Accepted(name, mimeType, image.Content, image.Size, image.Thumbnail)
            : ContentRules.DamagedImage(type);
    }

    /// <summary>Reads local files without giving up the thread, so a bounded number of threads of its own does it.</summary>
    private async Task<T> Inspect<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _workers.WaitAsync(cancellationToken);
        try
        {
            return await _threads.Run(work, cancellationToken);
        }
        finally
        {
            _workers.Release();
        }
    }

    private static Signature Read(Stream content)
    {
        var head = new byte[Signatures.HeadLength];
        content.Position = 0;
        return Signatures.Of(head.AsSpan(0, content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)));
    }

    /// <summary>The media type without its parameters, in lower case; null if the client only says that it knows nothing.</summary>
    private static string? ClaimedType(string? claimed) =>
        claimed?.Split(';')[0].Trim().ToLowerInvariant() is { Length: > 0 } type && type != Chatbox.Actors.Files.FileTypes.Unknown
            ? type
            : null;

    [LoggerMessage(Level = LogLevel.Error, Message = "An image was not accepted. {Reason}")]
    private partial void CannotPrepareImages(string reason);
}
