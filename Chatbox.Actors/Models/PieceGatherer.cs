using System.Text;

namespace Chatbox.Actors.Models;

/// <summary>Text on its way to the session.</summary>
/// <param name="Replaces">It takes the place of the whole answer so far.</param>
internal readonly record struct Piece(string Text, bool Replaces);

/// <summary>
/// Between the provider's stream and the session: the first token is a piece at once; while a piece is on its way, later tokens gather
/// into the next. Holds at most <paramref name="capacity"/> UTF-16 code units, then the provider has to wait. Safe for one writer and one
/// reader on different threads.
/// </summary>
internal sealed class PieceGatherer(int capacity)
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _gathered = new();
    private TaskCompletionSource? _room;
    private bool _underWay;
    private bool _complete;
    private bool _replaces;

    /// <summary>
    /// Adds text; returns the piece to send now, or null when one is on its way already. What comes after <see cref="Complete"/>, from a
    /// provider that does not stop when it is told to, is dropped.
    /// </summary>
    public Piece? Add(string text)
    {
        lock (_gate)
        {
            if (_complete)
                return null;
            _gathered.Append(text);
            return _underWay ? null : Next();
        }
    }

    /// <summary>As <see cref="Add"/>, of text that takes the place of all before it.</summary>
    public Piece? Replace(string text)
    {
        lock (_gate)
        {
            if (_complete)
                return null;
            _gathered.Clear().Append(text);
            _replaces = true;
            return _underWay ? null : Next();
        }
    }

    /// <summary>The piece was taken; returns the next one to send, or null when nothing has gathered.</summary>
    public Piece? Taken()
    {
        lock (_gate)
        {
            _underWay = false;
            return Next();
        }
    }

    /// <summary>No more text will be added; returns a last piece that was held back, if it can go now.</summary>
    public Piece? Complete()
    {
        lock (_gate)
        {
            _complete = true;
            return _underWay ? null : Next();
        }
    }

    /// <summary>No more text will be added.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_gate)
                return _complete;
        }
    }

    /// <summary>Nothing gathered, nothing on its way.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return !_underWay && _gathered.Length == 0 && !_replaces;
        }
    }

    /// <summary>Completes when there is room for more.</summary>
    public Task WaitForRoom()
    {
        lock (_gate)
        {
            if (_gathered.Length < capacity)
                return Task.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    private Piece? Next()
    {
        var length = _gathered.Length;

        // Half of a surrogate pair waits for the other half: a piece is always whole characters.
        if (length > 0 && !_complete && char.IsHighSurrogate(_gathered[length - 1]))
            length--;
        if (length == 0 && !_replaces)
            return null;
        var piece = _gathered.ToString(0, length);
        _gathered.Remove(0, length);
        _underWay = true;
        _room?.SetResult();
        _room = null;
        var replaces = _replaces;
        _replaces = false;
        return new Piece(Whole(piece), replaces);
    }

    /// <summary>Half a surrogate pair without its other half cannot be stored or sent as UTF-8: U+FFFD stands in for it.</summary>
    private static string Whole(string piece) =>
        piece.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0
            ? piece
            : string.Create(
                piece.Length,
                piece,
                static (target, source) =>
                {
                    for (var i = 0; i < source.Length; i++)
                    {
                        var alone = char.IsHighSurrogate(source[i])
                            ? i + 1 == source.Length || !char.IsLowSurrogate(source[i + 1])
                            : char.IsLowSurrogate(source[i]) && (i == 0 || !char.IsHighSurrogate(source[i - 1]));
                        target[i] = alone ? '\uFFFD' : source[i];
                    }
                }
            );
}
