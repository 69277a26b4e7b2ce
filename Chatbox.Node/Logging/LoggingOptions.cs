namespace Chatbox.Node.Logging;

/// <summary>How log lines look (<c>LOG_FORMAT</c>).</summary>
public enum LogFormat
{
    Text,
    Json,
}

/// <summary>Which log lines are written, and how.</summary>
public sealed record LoggingOptions(LogLevel Level, LogFormat Format);
