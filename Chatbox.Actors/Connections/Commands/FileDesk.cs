using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Files;
using Chatbox.Actors.Files.Foreign;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Connections.Commands;

/// <summary>
/// Claims the files of a message for its session before the session stores the message: the sender's own files by their ids, other people's
/// by their addresses.
/// </summary>
/// <param name="library">Null on a node without files: files of this service are refused.</param>
/// <param name="deadline">Longest time for one message's files.</param>
internal sealed class FileDesk(IFileLibrary? library, PublicHosts hosts, TimeSpan deadline, TimeProvider clock)
{
    /// <summary>Never throws: every failure is a reply to the client.</summary>
    public async Task<FileAnswer> Claim(UserId owner, SessionId session, ClientFiles named)
    {
        var ids = named.Files.Where(file => file.Address is null).Select(file => new FileId(file.Id)).ToList();
        if (library is null && ids.Count > 0)
            return Refused(ErrorCode.ServiceError, ConnectionTexts.NoFiles, "type", ErrorReason.NoFileStore);
        using var time = new CancellationTokenSource(deadline, clock);
        try
        {
            foreach (var foreign in named.Files.Where(file => file.Address is not null))
                if (!await IsPublic(foreign.Address!, time.Token).WaitAsync(time.Token).ConfigureAwait(false))
                    return Refused(ErrorCode.InvalidFormat, ConnectionTexts.AddressNotPublic, "file_url");
            var claimed =
                ids.Count == 0
                    ? new FileClaim.Claimed([])
                    : await library!.Claim(owner, session, ids, time.Token).WaitAsync(time.Token).ConfigureAwait(false);
            return claimed switch
            {
                FileClaim.Claimed mine => new FileAnswer(Known(named, mine.Files), null),
                _ => Refused(ErrorCode.NotFound, ConnectionTexts.FileAbsent, "file_id"),
            };
        }
        catch (Exception) // the edge to stores and name services: whatever fails, the client may try again
        {
            return Refused(ErrorCode.StorageError, ConnectionTexts.FilesUnavailable, null);
        }

        static FileAnswer Refused(string code, string text, string? field, string? reason = null) =>
            new(null, new FileRefusal(code, text, field, reason));
    }

    private async Task<bool> IsPublic(string text, CancellationToken cancellationToken) =>
        PublicAddress.TryParse(text, out var address)
        && await hosts.Resolve(address.IdnHost, cancellationToken).ConfigureAwait(false) is not null;

    private static MessageFiles Known(ClientFiles files, IReadOnlyList<StoredFile> mine)
    {
        var stored = mine.ToDictionary(file => file.Id.Value);
        return new MessageFiles(
            files.Form,
            [.. files.Files.Select(file => file.Address is { } address ? Foreign(file.Id, address) : Own(stored[file.Id]))]
        );
    }

    private static MessageFile Own(StoredFile file) =>
        new(file.Id.Value, null, file.Name, file.MimeType, file.Size) { Width = file.Image?.Width, Height = file.Image?.Height };

    private static MessageFile Foreign(string id, string address)
    {
        var name = Uri.UnescapeDataString(new Uri(address).Segments[^1]).Trim('/');
        return new MessageFile(id, address, name is { Length: > 0 and <= 255 } ? name : "file", FileTypes.OfName(name), 0);
    }
}

/// <summary>The files of a message, or why they are refused.</summary>
/// <param name="Files">Null if they are refused.</param>
internal sealed record FileAnswer(MessageFiles? Files, FileRefusal? Refusal);

/// <summary>Why files were not claimed, as the client is told.</summary>
/// <param name="Field">The field to blame; null if it is none.</param>
internal sealed record FileRefusal(string Code, string Text, string? Field, string? Reason = null);
