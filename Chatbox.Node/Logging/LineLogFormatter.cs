using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Chatbox.Node.Logging;

/// <summary>Writes one readable line per event for a terminal, followed by the exception on further lines.</summary>
internal sealed class LineLogFormatter(TimeProvider clock) : ConsoleFormatter(FormatName)
{
    public const string FormatName = "chatbox-line";

    private readonly RecentTraces _traces = new(clock);

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var category = logEntry.Category;
        var time = clock.GetUtcNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var message = LogRedaction
            .Clean(RecentTraces.WithoutTrace(logEntry.Formatter(logEntry.State, logEntry.Exception), logEntry.Exception))
            .ReplaceLineEndings(" ");
        textWriter.Write($"{time} {LogLevels.NameOf(logEntry.LogLevel), -5} {category[(category.LastIndexOf('.') + 1)..]}: {message}\n");
        if (logEntry.Exception is { } exception)
            textWriter.Write(LogRedaction.Clean(_traces.TextOf(category, exception)) + "\n");
    }
}
