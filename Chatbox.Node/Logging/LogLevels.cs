namespace Chatbox.Node.Logging;

/// <summary>The names of <c>LOG_LEVEL</c> and of the <c>level</c> of a log line.</summary>
public static class LogLevels
{
    /// <summary>Reads <c>debug</c>, <c>info</c>, <c>warn</c>, <c>warning</c> or <c>error</c>, in any case; false for anything else.</summary>
    public static bool TryParse(string? text, out LogLevel level)
    {
        (var known, level) = text?.Trim().ToLowerInvariant() switch
        {
            "debug" => (true, LogLevel.Debug),
            "info" => (true, LogLevel.Information),
            "warn" or "warning" => (true, LogLevel.Warning),
            "error" => (true, LogLevel.Error),
            _ => (false, LogLevel.Information),
        };
        return known;
    }

    internal static string NameOf(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => "trace",
            LogLevel.Debug => "debug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "error",
            LogLevel.Critical => "fatal",
            _ => "none",
        };
}
