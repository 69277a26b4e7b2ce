using Chatbox.Actors.Files;
using Chatbox.Messages;

namespace Chatbox.Tests.Harness;

/// <summary>A file library in memory, and addresses that count how often they were signed.</summary>
internal sealed class MemoryFiles : IFileLibrary, IFileAddresses
{
    private readonly Dictionary<FileId, (StoredFile File, byte[] Content)> _files = [];
    private int _signed;

    /// <summary>What was claimed, in order.</summary>
    public List<(SessionId, FileId)> Claims { get; } = [];

    /// <summary>The store is down.</summary>
    public bool Fails { get; set; }

    /// <summary>The store does not respond.</summary>
    public bool Hangs { get; set; }

    public FileId Put(UserId owner, string name, string type, byte[] content, FileId? id = null)
    {
        var file = new StoredFile(id ?? FileId.New(), owner, name, type, content.Length, null, DateTimeOffset.UnixEpoch);
        _files[file.Id] = (file, content);
        return file.Id;
    }

    public void Forget(FileId file) => _files.Remove(file);

    public string Sign(FileId file) => $"/files/{file}?signature={Interlocked.Increment(ref _signed)}";

    public async Task<FileClaim> Claim(UserId owner, SessionId session, IReadOnlyList<FileId> files, CancellationToken cancellationToken)
    {
        await Respond(cancellationToken);
        foreach (var id in files)
            if (!_files.TryGetValue(id, out var known) || known.File.Owner != owner)
                return new FileClaim.Absent(id);
        Claims.AddRange(files.Select(id => (session, id)));
        return new FileClaim.Claimed([.. files.Select(id => _files[id].File)]);
    }

    public async Task<IReadOnlyList<StoredFile>> Find(IReadOnlyList<FileId> files, CancellationToken cancellationToken)
    {
        await Respond(cancellationToken);
        return [.. files.Where(_files.ContainsKey).Select(id => _files[id].File)];
    }

    public async Task<IReadOnlyList<SessionId>> Sessions(FileId file, CancellationToken cancellationToken)
    {
        await Respond(cancellationToken);
        return _files.ContainsKey(file) ? [.. Claims.Where(claim => claim.Item2 == file).Select(claim => claim.Item1).Distinct()] : [];
    }

    public async Task<Stream?> Open(FileId file, CancellationToken cancellationToken)
    {
        await Respond(cancellationToken);
        return _files.TryGetValue(file, out var known) ? new MemoryStream(known.Content, writable: false) : null;
    }

    /// <summary>The sessions that were released, in order.</summary>
    public List<SessionId> Released { get; } = [];

    public async Task Release(SessionId session, CancellationToken cancellationToken)
    {
        await Respond(cancellationToken);
        Released.Add(session);
    }

    public Task ReleaseUnsent(UserId owner, CancellationToken cancellationToken) => Respond(cancellationToken);

    private async Task Respond(CancellationToken cancellationToken)
    {
        if (Fails)
            throw new FileStoreUnavailableException("The store is down.");
        if (Hangs)
            await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
