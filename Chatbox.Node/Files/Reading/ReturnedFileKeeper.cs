using Chatbox.Actors.Files;
using Chatbox.Actors.Files.Foreign;
using Chatbox.Actors.Models;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Telemetry;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Files.Reading;

/// <summary>
/// Keeps the files that models return. Bytes are judged and stored like an upload. An address is loaded by the rules of foreign files and then
/// stored too, because the addresses of providers expire; one that is public and cannot be loaded now is passed on as it is.
/// </summary>
internal sealed partial class ReturnedFileKeeper(
    IProducedFiles files,
    ForeignFiles foreign,
    ReadingOptions options,
    FileTransferMetrics metrics,
    ILogger<ReturnedFileKeeper> log,
    PublicHosts? hosts = null
) : IReturnedFileKeeper
{
    private const string NotStored = "it could not be stored now.";

    public async Task<ReturnedFile> Keep(ReturnedContent file, CancellationToken cancellationToken)
    {
        var kept = await TryKeep(file, cancellationToken);
        metrics.ReturnedByModel(
            kept.File switch
            {
                null => "refused",
                { Address: null } => "stored",
                _ => "passed_on",
            }
        );
        return kept;
    }

    private async Task<ReturnedFile> TryKeep(ReturnedContent file, CancellationToken cancellationToken)
    {
        try
        {
            if (file.Content is not UriContent { Uri: var address })
                return await Store(file, Bytes((DataContent)file.Content), cancellationToken);
            if (await Load(address, cancellationToken) is not { } content)
                return await PassOn(file, address, cancellationToken);
            await using (content)
                return await Store(file, content, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException) // the edge to libraries that read strangers' files
        {
            NotKept(failure is FileStoreUnavailableException ? failure.Message : failure.GetType().Name);
            return ReturnedFile.Refused(file.Name, FileFaults.Unavailable, NotStored);
        }
    }

    public async Task Withdraw(ReturnedFile file, CancellationToken cancellationToken)
    {
        if (file.File is not { Address: null } stored)
            return;
        try
        {
            await files.Withdraw(new FileId(stored.Id), cancellationToken);
        }
        catch (FileStoreUnavailableException failure)
        {
            NotWithdrawn(stored.Id, failure.Message);
        }
    }

    private async Task<ReturnedFile> Store(ReturnedContent file, Stream content, CancellationToken cancellationToken)
    {
        var type = file.Content is DataContent data ? data.MediaType : ((UriContent)file.Content).MediaType;
        var produced = new ProducedFile(FileId.Of(file.Answer, file.Part), file.Owner, file.Session, file.Name, type);
        return await files.Store(produced, content, cancellationToken) switch
        {
            ProducedResult.Stored { File: var stored } => ReturnedFile.Kept(
                new MessageFile(stored.Id.Value, null, stored.Name, stored.MimeType, stored.Size)
                {
                    Width = stored.Image?.Width,
                    Height = stored.Image?.Height,
                }
            ),
            ProducedResult.Refused refused => ReturnedFile.Refused(file.Name, refused.Fault, refused.Reason),
            _ => ReturnedFile.Refused(file.Name, FileFaults.Unavailable, NotStored),
        };
    }

    /// <summary>The content behind an address; null if it cannot be had.</summary>
    private async Task<Stream?> Load(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return await foreign.Fetch(address.OriginalString, cancellationToken);
        }
        catch (FileUnreadableException failure)
        {
            NotKept(failure.Message);
            return null;
        }
    }

    private async Task<ReturnedFile> PassOn(ReturnedContent file, Uri address, CancellationToken cancellationToken)
    {
        if (
            !PublicAddress.TryParse(address.OriginalString, out var parsed, options.ForeignPorts)
            || await (hosts ?? PublicHosts.System).Resolve(parsed.IdnHost, cancellationToken) is null
        )
            return ReturnedFile.Refused(file.Name, FileFaults.Address, "its address is not a public https address.");
        var type = ((UriContent)file.Content).MediaType;
        return ReturnedFile.Kept(new MessageFile($"{file.Answer}-{file.Part}", address.OriginalString, file.Name, type, 0));
    }

    private static MemoryStream Bytes(DataContent data) => new(data.Data.ToArray(), writable: false);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A file that a model returned is not stored: {Reason}")]
    private partial void NotKept(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "File {File}, which nobody sees, is not removed before its session is: {Reason}")]
    private partial void NotWithdrawn(string file, string reason);
}
