using System.Text;

namespace Chatbox.Actors.Models;

/// <summary>
/// Reports that a model is thinking: at once when it begins, then at most once per interval, because thinking arrives in as many small
/// pieces as text. If <paramref name="showsText"/> is set, the reports contain the thinking, up to <see cref="MaxLength"/>.
/// </summary>
/// <param name="tell">Receives the thinking since the last call; empty if it is not shown.</param>
internal sealed class ThinkingReporter(bool showsText, TimeProvider clock, Action<string> tell)
{
    /// <summary>Greatest length of the thinking that is reported for one answer, in UTF-16 code units. The rest is dropped.</summary>
    public const int MaxLength = 65_536;

    /// <summary>Shortest time between two reports without text.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Shortest time between two reports with text.</summary>
    public static readonly TimeSpan TextInterval = TimeSpan.FromMilliseconds(250);

    private readonly StringBuilder _gathered = new();
    private int _length;
    private long? _told;

    /// <summary>Adds thinking; <paramref name="text"/> is empty if the provider hides it.</summary>
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

    /// <summary>Reports what has gathered, because the model has begun its answer or has ended.</summary>
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
