namespace Chatbox.Node.Logging;

/// <summary>Format of log lines (<c>LOG_FORMAT</c>).</summary>
public enum LogFormat
{
    Text,
    Json,
}

/// <summary>Level and format of the log.</summary>
public sealed record LoggingOptions(LogLevel Level, LogFormat Format);
