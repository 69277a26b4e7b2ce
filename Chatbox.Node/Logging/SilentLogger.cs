using Akka.Event;

namespace Chatbox.Node.Logging;

/// <summary>
/// Replaces the logger with which Akka writes to the console before its loggers start and after they stop, whatever
/// <c>akka.stdout-loglevel</c> says. The host logs what matters at these times.
/// </summary>
internal sealed class SilentLogger : MinimalLogger
{
    protected override void Log(object message) { }
}
