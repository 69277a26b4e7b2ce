using Chatbox.Actors.Files;
using Chatbox.Actors.Models;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Files.Images;
using Chatbox.Node.Files.Texts;

namespace Chatbox.Node.Files.Reading;

/// <summary>
/// Reads files for models: images as small pictures, PDF documents of few pages as they are, everything else as text. A bounded number at
/// once; the bytes that stay in memory while a model answers take room from a common limit.
/// </summary>
internal sealed partial class PromptFileReader(
    IFileLibrary library,
    ForeignFiles foreign,
    ImageWorkshop images,
    ITextExtractor texts,
    FileSpool spool,
    ReadingOptions options,
    ILogger<PromptFileReader> log
) : IPromptFileReader, IDisposable
{
    private const string Jpeg = "image/jpeg";
    private const string Pdf = "application/pdf";

    /// <summary>How often the bytes of a document are in memory: themselves, and in the request that contains them.</summary>
    private const int Copies = 4;

    private readonly SemaphoreSlim _readers = new(options.Readers);
    private readonly MemoryRoom _room = new(options.MostMemory);

    public async Task<ReadFile?> Read(PromptFile file, CancellationToken cancellationToken)
    {
        IDisposable? room = null;
        ReadFile? read = null;
        try
        {
            room = file.Reading == FileReading.Text ? null : await _room.Take(MemoryFor(file), cancellationToken);
            await _readers.WaitAsync(cancellationToken);
            try
            {
                read = await Read(file, room, cancellationToken);
            }
            finally
            {
                _readers.Release();
            }
        }
        catch (Exception failure) when (failure is FileUnreadableException or FileStoreUnavailableException or ImagingUnavailableException)
        {
            NotRead(failure.Message);
        }
        catch (Exception failure) when (failure is not OperationCanceledException) // the edge to libraries that read strangers' files
        {
            NotRead(failure.GetType().Name);
        }
        finally
        {
            if (read is not ReadFile.AsBytes)
                room?.Dispose();
        }

        return read;
    }

    public void Dispose() => _readers.Dispose();

    /// <summary>
    /// A picture has a quarter of a byte for each pixel at most times, so a byte for each is enough for all its copies.
    /// </summary>
    private long MemoryFor(PromptFile file) =>
        file.Reading == FileReading.Image
            ? (long)FileRules.ImageTokens(file.File, file.Share) * FileRules.PixelsPerToken
            : Math.Min(file.File.Size > 0 ? file.File.Size : options.MostForeignBytes, options.MostDocumentBytes) * Copies;

    private async Task<ReadFile> Read(PromptFile file, IDisposable? room, CancellationToken cancellationToken)
    {
        var (content, mimeType) = file.File.Address is null
            ? (await Own(file.File, cancellationToken), file.File.MimeType)
            : await foreign.Load(file.File, cancellationToken);
        await using (content)
            return file.Reading switch
            {
                FileReading.Image => await Picture(file, content, room, cancellationToken),
                FileReading.Document when mimeType == Pdf => await Document(file, content, room, cancellationToken),
                _ => await Text(file, mimeType, content, cancellationToken),
            };
    }

    /// <summary>A file of this service, copied to where it can be sought.</summary>
    private async Task<Stream> Own(MessageFile file, CancellationToken cancellationToken)
    {
        await using var stored =
            await library.Open(new FileId(file.Id), cancellationToken) ?? throw new FileUnreadableException("it does not exist any more");
        var spooled = await spool.Open(cancellationToken);
        try
        {
            await spool.Fill(spooled, stored, long.MaxValue, cancellationToken);
            spooled.Position = 0;
            return spooled;
        }
        catch
        {
            await spooled.DisposeAsync();
            throw;
        }
    }

    private async Task<ReadFile> Picture(PromptFile file, Stream content, IDisposable? room, CancellationToken cancellationToken)
    {
        var picture =
            await images.Downscale(content, FileRules.SideOf(file.File, file.Share), cancellationToken)
            ?? throw new FileUnreadableException("it cannot be decoded");
        return new ReadFile.AsBytes(new GivenFile(file.File, Jpeg, picture, FileRules.ImageTokens(file.File, file.Share), room));
    }

    /// <summary>The document itself if it has few enough bytes, pages and tokens; otherwise its text.</summary>
    private async Task<ReadFile> Document(PromptFile file, Stream content, IDisposable? room, CancellationToken cancellationToken)
    {
        var text = await texts.Extract(Pdf, content, cancellationToken) ?? throw new FileUnreadableException("it is no readable document");
        if (
            content.Length > options.MostDocumentBytes
            || text is not { IsWhole: true, Pages: { } pages and <= FileRules.MostPages }
            || FileRules.DocumentTokens(text.Text, pages) is var tokens && tokens > file.Share
        )
            return Text(file, text);
        var bytes = new byte[content.Length];
        content.Position = 0;
        await content.ReadExactlyAsync(bytes, cancellationToken);
        return new ReadFile.AsBytes(new GivenFile(file.File, Pdf, bytes, (int)tokens, room));
    }

    private async Task<ReadFile> Text(PromptFile file, string mimeType, Stream content, CancellationToken cancellationToken) =>
        Text(
            file,
            await texts.Extract(mimeType, content, cancellationToken) ?? throw new FileUnreadableException("its text cannot be read")
        );

    private static ReadFile.AsText Text(PromptFile file, FileText read)
    {
        if (string.IsNullOrWhiteSpace(read.Text))
            throw new FileUnreadableException("it has no text, only pictures");
        var (text, fits) = FileRules.Fit(read.Text.Trim(), file.Share);
        return new ReadFile.AsText(text, fits && read.IsWhole);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A model is told only the name of a file that it could read: {Reason}")]
    private partial void NotRead(string reason);
}
