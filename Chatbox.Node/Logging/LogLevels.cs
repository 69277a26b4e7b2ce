namespace Chatbox.Node.Logging;

/// <summary>Names of log levels in <c>LOG_LEVEL</c> and in log lines.</summary>
public static class LogLevels
{
    /// <summary>
    /// Reads <c>debug</c>, <c>info</c>, <c>warn</c>, <c>warning</c> or <c>error</c>, in upper or lower case; false for other texts.
    /// </summary>
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
