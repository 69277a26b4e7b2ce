using System.Buffers;
using System.Text.Json;

namespace Chatbox.Node.Models;

/// <summary>
/// Splits a provider's response into events. Server-sent events are expected. Many servers and proxies deviate, so these forms are read
/// too: a JSON document, or one per line, in place of events; a line of JSON without <c>data:</c> among events; lines of an <c>error:</c>
/// field; events without a blank line after them. Lines may end in LF, CR LF or CR.
/// </summary>
/// <remarks>
/// The caller reads into <see cref="Free"/>, reports the number of bytes with <see cref="Filled"/>, and takes events with
/// <see cref="Next"/> until it returns false. The buffer holds one event and the bytes that arrived with it.
/// </remarks>
internal sealed class EventSplitter(int maxEventBytes, int maxDocumentBytes)
{
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    private readonly ArrayBufferWriter<byte> _joined = new();
    private byte[] _buffer = new byte[4096];
    private int _filled;

    /// <summary>Start of the next line, and the position up to which its end has been searched.</summary>
    private int _line;

    private int _searched;
    private bool _skipsLineFeed;
    private bool _isBegun;

    /// <summary>The data of the current event: a part of the buffer or, for several lines, a copy in <c>_joined</c>.</summary>
    private Range _data;

    private bool _hasData;
    private bool _isJoined;
    private bool _isDocument;
    private EventName _name;
    private EventName? _nextName;
    private bool _isTaken;
    private bool _isWhole;

    /// <summary>Whether the response has ended.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>Whether anything but white space has arrived.</summary>
    public bool HasContent { get; private set; }

    /// <summary>Whether any part of the response belongs to server-sent events or JSON.</summary>
    public bool IsRecognized { get; private set; }

    /// <summary>Whether the response begins like HTML or XML.</summary>
    public bool IsMarkup { get; private set; }

    /// <summary>Whether the current event exceeds the greatest size.</summary>
    public bool IsTooLarge => (_isJoined ? _joined.WrittenCount : 0) + (_filled - Kept) > (IsInDocument ? maxDocumentBytes : maxEventBytes);

    /// <summary>The memory for the next bytes. If there is none, the buffer grows or is compacted.</summary>
    public Memory<byte> Free
    {
        get
        {
            if (_filled == _buffer.Length)
                MakeRoom();
            return _buffer.AsMemory(_filled);
        }
    }

    /// <summary>Registers bytes in <see cref="Free"/>; zero means the end of the response.</summary>
    public void Filled(int count)
    {
        _filled += count;
        IsAtEnd = count == 0;
    }

    /// <summary>Returns the next event. Its data are valid until the next call of any method.</summary>
    public bool Next(out EventName name, out ReadOnlySpan<byte> data, out bool isDocument)
    {
        if (_isTaken)
            Forget();
        while (NextLine(out var line))
        {
            if (!Take(line))
                continue;
            Hand(out name, out data, out isDocument);
            return true;
        }

        if ((IsAtEnd || _isWhole) && _hasData)
        {
            Hand(out name, out data, out isDocument);
            return true;
        }

        name = EventName.Other;
        data = default;
        isDocument = false;
        return false;
    }

    /// <summary>
    /// Makes the document that has arrived the next event if its JSON is complete. The document need not end in a line feed, and the
    /// connection may stay open.
    /// </summary>
    public bool FindsDocument()
    {
        var rest = ProviderEvents.Trim(_buffer.AsSpan(_line, _filled - _line));
        if (!IsInDocument || !(rest.IsEmpty ? EndsValue(Data) : EndsValue(rest)))
            return false;
        byte[] whole = _hasData ? [.. Data, (byte)'\n', .. rest] : rest.ToArray();
        try
        {
            var json = new Utf8JsonReader(whole, EventJson.Options);
            json.Read();
            json.Skip();
            _isWhole = true;
        }
        catch (JsonException)
        {
            // The rest of the document has not arrived.
        }

        return _isWhole;
    }

    // Only the data of the current event are kept, so endless comments need no memory.
    private int Kept => _hasData && !_isJoined ? _data.Start.Value : _line;

    private bool IsInDocument =>
        _isDocument || (!_hasData && ProviderEvents.Trim(_buffer.AsSpan(_line, _filled - _line)) is [(byte)'{' or (byte)'[', ..]);

    private ReadOnlySpan<byte> Data => _isJoined ? _joined.WrittenSpan : _buffer.AsSpan(_data);

    /// <summary>Reads a line; true if it completes an event.</summary>
    private bool Take(Range line)
    {
        var text = _buffer.AsSpan(line);
        var trimmed = ProviderEvents.Trim(text);
        if (trimmed.IsEmpty)
            return EndAtBlankLine();
        if (!HasContent)
            (HasContent, IsMarkup) = (true, trimmed[0] == '<');

        if (StartsField(text, "data"u8, out var value))
            return TakeData(line, value, document: false);
        if (_isDocument || ContinuesData(trimmed))
            return TakeData(line, 0, document: _isDocument);
        if (text[0] == ':' || StartsField(text, "id"u8, out _) || StartsField(text, "retry"u8, out _))
            IsRecognized = true;
        else if (StartsField(text, "event"u8, out value))
            TakeName(EventNames.Of(ProviderEvents.Trim(text[value..])));
        else if (StartsField(text, "error"u8, out value))
            return TakeData(line, value, document: false, EventName.Error);
        else if (trimmed[0] is (byte)'{' or (byte)'[')
            return TakeData(line, 0, document: true);
        return false;
    }

    /// <summary>
    /// Registers the event's name. It may follow the data. More data after the name means that a blank line between two events is missing.
    /// </summary>
    private void TakeName(EventName name)
    {
        IsRecognized = true;
        if (_hasData)
            _nextName = name;
        else
            _name = name;
    }

    private bool TakeData(Range line, int value, bool document, EventName? name = null)
    {
        IsRecognized = true;
        var text = ProviderEvents.Trim(_buffer.AsSpan(line)[value..]);

        // JSON cannot continue like this after a closing brace, so a blank line, or a line feed between two documents, is missing.
        if (_hasData && EndsObject(Data) && text is [(byte)'{' or (byte)'[', ..])
        {
            (_line, _searched, _skipsLineFeed) = (line.Start.Value, line.Start.Value, false);
            return true;
        }

        if (!_hasData)
        {
            _data = new Range(line.Start.Value + value, line.End);
            (_hasData, _isDocument, _name) = (true, document, name ?? _name);
        }
        else
        {
            if (!_isJoined)
                _joined.Write(_buffer.AsSpan(_data));
            _isJoined = true;
            _joined.Write("\n"u8);
            _joined.Write(_buffer.AsSpan(line)[value..]);
        }

        // Some servers send nothing after this, not even the blank line, and keep the connection open.
        return !_isJoined && ProviderEvents.IsClosingWord(text);
    }

    /// <summary>Ends the event. A JSON document may contain blank lines; an event may not.</summary>
    private bool EndAtBlankLine()
    {
        if (_isDocument && !EndsValue(Data))
            return false;
        (_name, _nextName) = (_nextName ?? _name, null);
        if (_hasData || _name is EventName.Error or EventName.MessageStop)
            return true;
        _name = EventName.Other;
        return false;
    }

    private void Hand(out EventName name, out ReadOnlySpan<byte> data, out bool isDocument)
    {
        name = _name;
        data = _hasData ? Data : default;
        isDocument = _isDocument;
        _isTaken = true;
    }

    private void Forget()
    {
        (_hasData, _isJoined, _isDocument, _isTaken, _isWhole) = (false, false, false, false, false);
        (_name, _nextName) = (_nextName ?? EventName.Other, null);
        _joined.ResetWrittenCount();
    }

    private bool NextLine(out Range line)
    {
        line = default;
        if (!PassMark())
            return false;
        if (_skipsLineFeed && _line < _filled)
        {
            if (_buffer[_line] == '\n')
                _line++;
            _skipsLineFeed = false;
            _searched = Math.Max(_searched, _line);
        }

        var end = _buffer.AsSpan(_searched, _filled - _searched).IndexOfAny(LineEnds);
        if (end < 0)
        {
            _searched = _filled;
            if (!(IsAtEnd || _isWhole) || _line == _filled)
                return false;
            line = new Range(_line, _filled);
            _line = _filled;
            return true;
        }

        end += _searched;
        line = new Range(_line, end);
        _skipsLineFeed = _buffer[end] == '\r';
        _line = _searched = end + 1;
        return true;
    }

    /// <summary>Skips the byte order mark; false if it may be incomplete.</summary>
    private bool PassMark()
    {
        if (_isBegun)
            return true;
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        var begin = _buffer.AsSpan(0, Math.Min(_filled, mark.Length));
        if (begin.Length < mark.Length && mark.StartsWith(begin) && !IsAtEnd)
            return false;
        _isBegun = true;
        if (begin.SequenceEqual(mark))
            _line = _searched = mark.Length;
        return true;
    }

    private void MakeRoom()
    {
        var kept = Kept;
        var target = _filled - kept > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
        _buffer.AsSpan(kept, _filled - kept).CopyTo(target);
        _buffer = target;
        _filled -= kept;
        _line -= kept;
        _searched -= kept;
        if (_hasData && !_isJoined)
            _data = new Range(_data.Start.Value - kept, _data.End.Value - kept);
    }

    /// <summary>Whether a line continues the data without the field's name, as some servers send formatted JSON.</summary>
    private bool ContinuesData(ReadOnlySpan<byte> line) =>
        _hasData
        && Data.IndexOf((byte)'{') >= 0
        && (line[0] is (byte)'}' or (byte)']' or (byte)',' || (line[0] is (byte)'"' or (byte)'{' or (byte)'[' && !EndsObject(Data)));

    private static bool EndsObject(ReadOnlySpan<byte> data) => ProviderEvents.Trim(data) is [.., (byte)'}'];

    private static bool EndsValue(ReadOnlySpan<byte> data) => ProviderEvents.Trim(data) is [.., (byte)'}' or (byte)']'];

    private static bool StartsField(ReadOnlySpan<byte> line, ReadOnlySpan<byte> field, out int value)
    {
        value = field.Length + 1;
        return line.Length > field.Length && line[field.Length] == ':' && line.StartsWith(field);
    }
}
