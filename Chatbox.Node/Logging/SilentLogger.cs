using Akka.Event;

namespace Chatbox.Node.Logging;

/// <summary>
/// Stands in for the logger that Akka writes to the console with before its loggers start and after they have stopped, in a form of its
/// own and whatever <c>akka.stdout-loglevel</c> says. What matters then, the host logs.
/// </summary>
internal sealed class SilentLogger : MinimalLogger
{
    protected override void Log(object message) { }
}
