using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Chatbox.Node.Files.Store;

/// <summary>
/// Writes the names of a folder to the disk. Without it a renamed file can lose its name in a power failure, although its content is
/// durable. .NET does not open folders, so this calls the C library. On Windows the file system's own journal does it.
/// </summary>
internal static class FolderFlush
{
    private const int ReadOnly = 0;

    /// <exception cref="IOException">The folder cannot be opened or flushed.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var handle = new SafeFileHandle(Open(folder, ReadOnly), ownsHandle: true);
        if (handle.IsInvalid || Sync(handle) != 0)
            throw new IOException($"{folder}: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern nint Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(SafeFileHandle handle);
}
