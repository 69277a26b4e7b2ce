using Chatbox.Actors.Files;
using Chatbox.Messages.Sessions;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>A file of a message in a history, with an address that is good for a limited time.</summary>
internal sealed record FileItem
{
    public required string FileId { get; init; }

    public string? FileUrl { get; init; }

    public required string Name { get; init; }

    public required string MimeType { get; init; }

    /// <summary>Bytes; absent if unknown.</summary>
    public long? Size { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public static FileItem Of(MessageFile file, IFileAddresses? addresses) =>
        new()
        {
            FileId = file.Id,
            FileUrl = file.Address ?? (Messages.FileId.TryParse(file.Id, out var id) ? addresses?.Sign(id) : null),
            Name = file.Name,
            MimeType = file.MimeType,
            Size = file.Size > 0 ? file.Size : null,
            Width = file.Width,
            Height = file.Height,
        };
}
