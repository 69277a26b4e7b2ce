using System.Text;

namespace Chatbox.Actors.Models;

/// <summary>
/// Passes on that a model thinks: at once when it begins, then at most once per interval, because thinking comes in as many small pieces
/// as text does and nobody needs each of them. With <paramref name="showsText"/> the text goes along, up to a bound.
/// </summary>
/// <param name="tell">Gets the text since the last call; empty when the text is not shown.</param>
internal sealed class ThinkingReporter(bool showsText, TimeProvider clock, Action<string> tell)
{
    /// <summary>Thinking that is passed on for one answer, in UTF-16 code units; what follows is dropped.</summary>
    public const int MaxLength = 65_536;

    /// <summary>How often news of thinking are passed on without text.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>How often news of thinking are passed on with text.</summary>
    public static readonly TimeSpan TextInterval = TimeSpan.FromMilliseconds(250);

    private readonly StringBuilder _gathered = new();
    private int _length;
    private long? _told;

    /// <summary>The model has thought; <paramref name="text"/> is empty when the provider hides what.</summary>
    public void Add(string text)
    {
        if (showsText && _length < MaxLength && text.Length > 0)
        {
            var taken = Math.Min(text.Length, MaxLength - _length);
            _gathered.Append(text, 0, taken);
            _length += taken;
        }

        if (_told is not { } told || clock.GetElapsedTime(told) >= (_gathered.Length > 0 ? TextInterval : Interval))
            Tell();
    }

    /// <summary>Passes on what has gathered: the model has gone on to its answer, or come to its end.</summary>
    public void Flush()
    {
        if (_gathered.Length > 0)
            Tell();
    }

    private void Tell()
    {
        _told = clock.GetTimestamp();
        var text = _gathered.ToString();
        _gathered.Clear();
        tell(text);
    }
}
