using Chatbox.Actors.Files;

namespace Chatbox.Tests.Harness.Files;

/// <summary>Reads whole results of a file store.</summary>
internal static class StoredBytes
{
    /// <summary>A range of an object; null if there is no such object.</summary>
    public static async Task<byte[]?> Read(IFileStore store, FileKey key, long offset, long? length)
    {
        await using var stream = await store.OpenRead(key, offset, length, default);
        if (stream is null)
            return null;
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    /// <summary>All objects whose key starts with a prefix.</summary>
    public static async Task<List<StoredObject>> List(IFileStore store, string prefix)
    {
        var found = new List<StoredObject>();
        await foreach (var item in store.List(prefix, default))
            found.Add(item);
        return found;
    }
}
