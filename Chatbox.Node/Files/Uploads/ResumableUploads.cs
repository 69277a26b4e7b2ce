using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Node.Files.Records;

namespace Chatbox.Node.Files.Uploads;

/// <summary>
/// Takes a file in several requests, which may come to different nodes. What a request has brought before it was cut is kept, in parts in the
/// file store; the complete file takes the same way as one that comes whole.
/// </summary>
internal sealed class ResumableUploads(
    IOpenUploads uploads,
    UploadParts parts,
    UploadFinish finish,
    FileSpool spool,
    UploadOptions options,
    TimeProvider clock
)
{
    /// <summary>Bytes after which a part is stored while the request goes on: a node that is killed loses no more.</summary>
    public const int PartBytes = 8 << 20;

    private const int BufferSize = 64 * 1024;

    /// <summary>When an upload expires.</summary>
    public DateTimeOffset EndOf(OpenUpload upload) => upload.ChangedAt + options.KeepUnsent;

    /// <summary>Begins an upload; null if the quota does not suffice.</summary>
    public async Task<OpenUpload?> Create(UserId owner, string name, string? claimedType, long length, CancellationToken cancellationToken)
    {
        var upload = new OpenUpload(FileId.New(), owner, name, claimedType, length, 0, clock.GetUtcNow());
        return await uploads.Create(upload, options.Quota, cancellationToken) ? upload : null;
    }

    /// <summary>The owner's upload; null if there is none, or it has expired.</summary>
    public async Task<OpenUpload?> Find(UserId owner, FileId upload, CancellationToken cancellationToken) =>
        await uploads.Find(owner, upload, cancellationToken) is { } found && clock.GetUtcNow() < EndOf(found) ? found : null;

    /// <summary>Receives bytes from the end of what was received on. What has arrived is stored even if the client is gone by then.</summary>
    /// <param name="checksum">What the bytes of this request must be; null without a check. With it, nothing of a cut request is kept.</param>
    /// <exception cref="FileStoreUnavailableException">A store does not respond; what was confirmed is kept.</exception>
    public async Task<ReceivedResult> Receive(OpenUpload upload, Stream body, UploadChecksum? checksum)
    {
        using var time = new CancellationTokenSource(options.Timeout + FileLibrary.WriteTimeout, clock);
        var offset = upload.Received;
        while (true)
        {
            await using var bytes = await spool.Open(CancellationToken.None);
            var end = await Fill(bytes, body, checksum is null ? PartBytes : options.MaxSize + 1);
            if (bytes.Length > upload.Length - offset)
                return new ReceivedResult.TooMany();
            if (checksum is not null && (end == ChunkEnd.Cut || !await checksum.Matches(bytes)))
                return new ReceivedResult.Mismatch();

            // The last byte counts only once the file is stored: until then the client has something left to send.
            var isLast = offset + bytes.Length == upload.Length;
            var last = isLast ? await TakeLast(bytes) : (byte)0;

            if (bytes.Length > 0 && !await parts.Store(upload.Id, bytes, offset, time.Token))
                return new ReceivedResult.Conflict();
            offset += bytes.Length;
            if (isLast)
                return await finish.Run(upload, last, time.Token);
            if (end != ChunkEnd.Full)
                return new ReceivedResult.Received(offset);
        }
    }

    /// <summary>Removes an upload, with all of its parts.</summary>
    public Task Remove(OpenUpload upload, CancellationToken cancellationToken) => parts.RemoveUpload(upload.Id, cancellationToken);

    /// <summary>Copies what the client sends, up to a limit, and keeps what has arrived when the client is gone or too slow.</summary>
    private async Task<ChunkEnd> Fill(FileStream bytes, Stream body, long most)
    {
        var buffer = new byte[BufferSize];
        while (bytes.Length < most)
        {
            int read;
            try
            {
                read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, most - bytes.Length)));
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or UploadTooSlowException)
            {
                return ChunkEnd.Cut;
            }

            if (read == 0)
                return ChunkEnd.Complete;
            await spool.Write(bytes, bytes.Length, buffer.AsMemory(0, read), CancellationToken.None);
        }

        return ChunkEnd.Full;
    }

    private static async Task<byte> TakeLast(FileStream bytes)
    {
        var last = new byte[1];
        bytes.Position = bytes.Length - 1;
        await bytes.ReadExactlyAsync(last);
        bytes.SetLength(bytes.Length - 1);
        return last[0];
    }

    private enum ChunkEnd
    {
        /// <summary>The limit is reached; there may be more.</summary>
        Full,

        /// <summary>The client has sent everything.</summary>
        Complete,

        /// <summary>The client is gone, or too slow.</summary>
        Cut,
    }
}
