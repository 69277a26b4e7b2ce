using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Chatbox.Node.Logging;

/// <summary>Where a node's log lines go and which of them are written at all.</summary>
public static class LoggingHosting
{
    /// <summary>
    /// Logs to the console, from <paramref name="level"/> on: JSON for machines, or readable lines. It takes the place of every other
    /// log setting, so that no configuration can bring back lines that hold secrets.
    /// </summary>
    public static ILoggingBuilder AddChatboxLogging(this ILoggingBuilder logging, LogLevel level, bool json)
    {
        var levels = new LogLevelSwitch(level);
        logging.Services.TryAddSingleton(TimeProvider.System);
        logging.ClearProviders();
        logging.AddConsole(console => console.FormatterName = json ? JsonLogFormatter.FormatName : LineLogFormatter.FormatName);
        logging.AddConsoleFormatter<JsonLogFormatter, ConsoleFormatterOptions>();
        logging.AddConsoleFormatter<LineLogFormatter, ConsoleFormatterOptions>();
        logging.Services.AddSingleton(levels);
        logging.Services.AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(levels);
        logging.Services.AddSingleton<LogTail>();
        logging.Services.AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<LogTail>());
        logging.Services.PostConfigure<LoggerFilterOptions>(options => Restrict(options, levels.Level));
        return logging;
    }

    private static void Restrict(LoggerFilterOptions options, LogLevel level)
    {
        options.Rules.Clear();
        options.MinLevel = level;
        var quiet = level > LogLevel.Warning ? level : LogLevel.Warning;

        // The framework's own lines per request hold query strings, and with them tokens; what it warns of does not.
        Allow("Microsoft.AspNetCore", quiet);
        // One line per outgoing request, with its address.
        Allow("System.Net.Http.HttpClient", quiet);
        Allow("Microsoft.Extensions", quiet);
        // Every line of the actor system has this category. Below Warning it tells of its own coming and going, which only debugging needs.
        Allow("Akka", level <= LogLevel.Debug ? level : quiet);
        // "Application started" and the addresses; our own lines say when the node is ready.
        Allow("Microsoft.Hosting.Lifetime", level);

        void Allow(string category, LogLevel from) => options.Rules.Add(new LoggerFilterRule(null, category, from, null));
    }
}
