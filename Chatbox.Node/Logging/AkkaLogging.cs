using Akka.Hosting;

namespace Chatbox.Node.Logging;

/// <summary>Sends the log of an actor system to the host's log.</summary>
internal static class AkkaLogging
{
    /// <summary>Replaces Akka's own loggers by the host's logger factory.</summary>
    public static AkkaConfigurationBuilder WithHostLogging(this AkkaConfigurationBuilder builder) =>
        builder.ConfigureLoggers(loggers =>
        {
            loggers.ClearLoggers();
            loggers.AddLoggerFactory();
        });
}
