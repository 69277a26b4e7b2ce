using Chatbox.Node.Files;

namespace Chatbox.Node.Endpoints.Canned;

/// <summary>
/// The replies in a file, which is read again when it has changed. An invalid change is reported, and the earlier replies stay in use.
/// </summary>
public sealed class CannedReplies
{
    private readonly string? _path;
    private readonly Lock _gate = new();
    private IReadOnlyList<CannedReply> _current = [];
    private string _stamp = "";

    private CannedReplies(string? path) => _path = path;

    /// <summary>No replies, without a file.</summary>
    public static CannedReplies None { get; } = new(null);

    /// <exception cref="InvalidDataException">The file is invalid; the message names the place of the mistake.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CannedReplies Open(string path)
    {
        var replies = new CannedReplies(path) { _stamp = FileStamp.Of(path) };
        replies._current = CannedReply.Parse(File.ReadAllText(path));
        return replies;
    }

    /// <summary>Called with the reason, once for each invalid change of the file.</summary>
    public Action<Exception> Unusable { private get; set; } = _ => { };

    /// <summary>The replies in the file now, or the last valid ones.</summary>
    public IReadOnlyList<CannedReply> Current
    {
        get
        {
            lock (_gate)
            {
                if (_path is not null && FileStamp.Of(_path) is var stamp && stamp != _stamp)
                    Reload(_path, stamp);
                return _current;
            }
        }
    }

    private void Reload(string path, string stamp)
    {
        // Set before reading, so that a file that changes meanwhile is read again.
        _stamp = stamp;
        try
        {
            _current = CannedReply.Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Unusable(e);
        }
    }
}
