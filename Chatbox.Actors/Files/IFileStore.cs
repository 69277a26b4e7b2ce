namespace Chatbox.Actors.Files;

/// <summary>
/// Keeps the bytes of files: in a local folder or in S3, encrypted if a key is set. Knows nothing of owners and sessions. Every method throws
/// <see cref="FileStoreUnavailableException"/> when the store does not respond in time or refuses the node's credentials.
/// </summary>
public interface IFileStore
{
    /// <summary>
    /// Stores a whole object of unknown length. When the method returns, the object is durable and whole; when it throws, nothing is readable
    /// under the key that was not there before. Constant memory.
    /// </summary>
    Task Write(FileKey key, Stream content, CancellationToken cancellationToken);

    /// <summary>Opens a range of an object; null if there is no such object. The caller disposes the stream.</summary>
    /// <param name="offset">First byte, from 0.</param>
    /// <param name="length">Number of bytes; null for all bytes up to the end.</param>
    Task<Stream?> OpenRead(FileKey key, long offset, long? length, CancellationToken cancellationToken);

    /// <summary>Removes an object. Removing an object that does not exist is no error.</summary>
    Task Delete(FileKey key, CancellationToken cancellationToken);

    /// <summary>All objects whose key starts with <paramref name="prefix"/>, in no particular order.</summary>
    IAsyncEnumerable<StoredObject> List(string prefix, CancellationToken cancellationToken);

    /// <summary>
    /// An address under which the store itself serves the content for <paramref name="lifetime"/>, with the file's name and type; null if the
    /// node must serve it (a local folder, or an encrypted store).
    /// </summary>
    ValueTask<Uri?> DirectAddress(StoredFile file, TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>
    /// Removes the remains of writes that began more than <paramref name="age"/> ago and never ended, such as those of a killed node. Nothing
    /// of them can be read, but they take room.
    /// </summary>
    Task RemoveUnfinished(TimeSpan age, CancellationToken cancellationToken);

    /// <summary>Checks that objects can be written and read now.</summary>
    Task Check(CancellationToken cancellationToken);
}

/// <summary>An object in the file store.</summary>
/// <param name="Size">Bytes in the store: more than the content's if it is encrypted.</param>
public sealed record StoredObject(FileKey Key, long Size, DateTimeOffset WrittenAt);

/// <summary>The file store did not respond in time, or refused. The message says what to check and never contains content or secrets.</summary>
public sealed class FileStoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the store responded and refuses, as with wrong credentials: waiting does not help, a change of settings does.</summary>
    public bool IsRefusal { get; init; }
}
