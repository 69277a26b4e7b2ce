using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Chatbox.Node.Logging;

/// <summary>Configures the log of a node.</summary>
public static class LoggingHosting
{
    /// <summary>
    /// Logs to the console from <paramref name="level"/> on, as JSON or as readable lines. Replaces every other log setting, so that no
    /// configuration can enable lines with secrets.
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

        // The lines of the framework for each request contain query strings with tokens. Its warnings do not.
        Allow("Microsoft.AspNetCore", quiet);
        // These lines contain the address of every outgoing request.
        Allow("System.Net.Http.HttpClient", quiet);
        Allow("Microsoft.Extensions", quiet);
        // All lines of the actor system. Below Warning they report its lifecycle, which only debugging needs.
        Allow("Akka", level <= LogLevel.Debug ? level : quiet);
        // "Application started" and the addresses.
        Allow("Microsoft.Hosting.Lifetime", level);

        void Allow(string category, LogLevel from) => options.Rules.Add(new LoggerFilterRule(null, category, from, null));
    }
}
