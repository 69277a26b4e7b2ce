using System.Text;

namespace Chatbox.Actors.Models;

/// <summary>A part of an answer's text, to be sent to the session.</summary>
/// <param name="Replaces">The text replaces the whole answer so far.</param>
internal readonly record struct Piece(string Text, bool Replaces);

/// <summary>
/// The buffer between the provider's stream and the session. The first token becomes a piece at once; while a piece is on its way, or while
/// the answer is to wait for its turn, later tokens gather in the next one. The buffer holds at most <paramref name="capacity"/> UTF-16 code
/// units; then the stream waits. Safe for several threads.
/// </summary>
/// <param name="isPaced">After the first piece, each waits for <see cref="TakeTurn"/>, unless it replaces the text before it, or the text has ended.</param>
internal sealed class PieceGatherer(int capacity, bool isPaced)
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _gathered = new();
    private TaskCompletionSource? _room;
    private bool _underWay;
    private bool _waitsForTurn;
    private bool _hasSent;
    private bool _complete;
    private bool _replaces;

    /// <summary>
    /// Adds text. It returns the piece to send now, or null if the text has to wait. Text after <see cref="Complete"/>, from a
    /// provider that did not stop in time, is dropped.
    /// </summary>
    public Piece? Add(string text)
    {
        lock (_gate)
        {
            if (_complete)
                return null;
            _gathered.Append(text);
            return Next();
        }
    }

    /// <summary>
    /// Adds text that replaces all text before it; otherwise like <see cref="Add"/>. It waits for no turn: nobody should go on reading what
    /// the provider has taken back.
    /// </summary>
    public Piece? Replace(string text)
    {
        lock (_gate)
        {
            if (_complete)
                return null;
            _gathered.Clear().Append(text);
            _replaces = true;
            _waitsForTurn = false;
            return Next();
        }
    }

    /// <summary>
    /// The answer may send again. It returns the piece to send, or null if nothing has gathered or a piece is on its way. If nothing has
    /// gathered, later text waits for the next turn: pieces of many answers that leave together wake fewer threads, on this node and on the next.
    /// </summary>
    public Piece? TakeTurn()
    {
        lock (_gate)
        {
            _waitsForTurn = false;
            var piece = Next();
            if (!_underWay)
                _waitsForTurn = isPaced && _hasSent;
            return piece;
        }
    }

    /// <summary>Registers that the session has taken the piece. It returns the next one to send, or null if the text has to wait.</summary>
    public Piece? Taken()
    {
        lock (_gate)
        {
            _underWay = false;
            return Next();
        }
    }

    /// <summary>Ends the text. It returns the last piece, or null while another one is on its way or nothing is left.</summary>
    public Piece? Complete()
    {
        lock (_gate)
        {
            _complete = true;
            return Next();
        }
    }

    /// <summary>Whether the text has ended.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_gate)
                return _complete;
        }
    }

    /// <summary>Whether nothing has gathered and no piece is on its way.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return !_underWay && _gathered.Length == 0 && !_replaces;
        }
    }

    /// <summary>Completes as soon as the buffer has room.</summary>
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
        if (_underWay || (_waitsForTurn && !_complete))
            return null;
        var length = _gathered.Length;

        // The first half of a surrogate pair waits for the second, so that a piece contains whole characters.
        if (length > 0 && !_complete && char.IsHighSurrogate(_gathered[length - 1]))
            length--;
        if (length == 0 && !_replaces)
            return null;
        var piece = _gathered.ToString(0, length);
        _gathered.Remove(0, length);
        _underWay = true;
        _waitsForTurn = isPaced;
        _hasSent = true;
        _room?.SetResult();
        _room = null;
        var replaces = _replaces;
        _replaces = false;
        return new Piece(Whole(piece), replaces);
    }

    /// <summary>Replaces half surrogate pairs by U+FFFD, because UTF-8 cannot represent them.</summary>
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
