using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatbox.Node.Logging;

/// <summary>Streams log lines to readers. Costs nothing without readers.</summary>
internal sealed class LogTail(TimeProvider clock) : ILoggerProvider
{
    /// <summary>Lines that are buffered for a slow reader; older lines are dropped.</summary>
    private const int Kept = 1_000;

    private readonly ConcurrentDictionary<Channel<string>, bool> _readers = new();
    private readonly LineLogFormatter _formatter = new(clock);

    /// <summary>Streams every line from now on, with its line end.</summary>
    public async IAsyncEnumerable<string> Follow([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lines = Channel.CreateBounded<string>(new BoundedChannelOptions(Kept) { FullMode = BoundedChannelFullMode.DropOldest });
        _readers[lines] = true;
        try
        {
            await foreach (var line in lines.Reader.ReadAllAsync(cancellationToken))
                yield return line;
        }
        finally
        {
            _readers.TryRemove(lines, out _);
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose() { }

    private void Write<TState>(in LogEntry<TState> entry)
    {
        var line = new StringWriter();
        _formatter.Write(entry, null, line);
        foreach (var reader in _readers.Keys)
            reader.Writer.TryWrite(line.ToString());
    }

    private sealed class Logger(LogTail tail, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => !tail._readers.IsEmpty;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            if (IsEnabled(level))
                tail.Write(new LogEntry<TState>(level, category, id, state, exception, format));
        }
    }
}
