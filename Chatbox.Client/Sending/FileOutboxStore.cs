using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chatbox.Client.Sending;

/// <summary>
/// A store in one file, in clear text, readable only by the user of the operating system who runs the process. Each change replaces the file as a
/// whole and is on the disk when the call ends, so a crash leaves the state before or after a change. A second process, or a second store, on the
/// same file is refused while the first is open.
/// </summary>
/// <param name="path">The file; its folder is created. A file <c>.lock</c> beside it marks it as used.</param>
public sealed class FileOutboxStore(string path) : IOutboxStore, IDisposable
{
    private readonly string _path = Path.GetFullPath(path);
    private readonly Dictionary<string, StoredMessage> _messages = [];
    private FileStream? _lock;

    /// <summary>Whether the file was read, so that it may be written.</summary>
    private bool _isOpen;

    /// <exception cref="IOException">The file cannot be read or written, or is used by another store.</exception>
    /// <exception cref="InvalidDataException">The file is not one of this class. It stays as it is.</exception>
    public async Task<IReadOnlyList<StoredMessage>> Open(string user, CancellationToken cancellationToken)
    {
        _isOpen = false;
        var messages = await Read(cancellationToken).ConfigureAwait(false);
        _isOpen = true;
        _messages.Clear();
        foreach (var message in messages.Where(message => message.User == user))
            _messages[message.Id] = message;
        if (_messages.Count < messages.Count)
            await Write(cancellationToken).ConfigureAwait(false);
        return [.. _messages.Values.OrderBy(message => message.Order)];
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public Task Put(StoredMessage message, CancellationToken cancellationToken)
    {
        _messages[message.Id] = message;
        return Write(cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public Task Remove(string user, string id, CancellationToken cancellationToken) =>
        _messages.Remove(id) ? Write(cancellationToken) : Task.CompletedTask;

    /// <summary>Lets another store use the file.</summary>
    public void Dispose() => _lock?.Dispose();

    private async Task<IReadOnlyList<StoredMessage>> Read(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        _lock ??= new FileStream(_path + ".lock", Private(FileMode.OpenOrCreate));
        if (!File.Exists(_path))
            return [];
        try
        {
            await using var file = File.OpenRead(_path);
            var stored = await JsonSerializer
                .DeserializeAsync(file, OutboxJson.Default.OutboxFile, cancellationToken)
                .ConfigureAwait(false);
            return stored is { Version: OutboxFile.Current } ? stored.Messages : throw Foreign(null);
        }
        catch (JsonException e)
        {
            throw Foreign(e);
        }
    }

    private async Task Write(CancellationToken cancellationToken)
    {
        if (!_isOpen)
            throw new InvalidOperationException("The store is not open.");
        var next = _path + ".next";
        await using (var file = new FileStream(next, Private(FileMode.Create)))
        {
            var content = new OutboxFile(OutboxFile.Current, [.. _messages.Values]);
            await JsonSerializer.SerializeAsync(file, content, OutboxJson.Default.OutboxFile, cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, _path, overwrite: true);
    }

    private static FileStreamOptions Private(FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private InvalidDataException Foreign(Exception? cause) => new($"{_path} does not hold unsent messages of this version.", cause);
}

internal sealed record OutboxFile(int Version, IReadOnlyList<StoredMessage> Messages)
{
    public const int Current = 1;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OutboxFile))]
internal sealed partial class OutboxJson : JsonSerializerContext;
