using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Chatbox.Node.Logging;

/// <summary>The lowest level of lines that are written, which may change while the node runs.</summary>
/// <param name="initial"><c>LOG_LEVEL</c>.</param>
internal sealed class LogLevelSwitch(LogLevel initial) : IOptionsChangeTokenSource<LoggerFilterOptions>
{
    private CancellationTokenSource _changed = new();

    public LogLevel Level { get; private set; } = initial;

    public string? Name => Options.DefaultName;

    public void Set(LogLevel level)
    {
        Level = level;
        Interlocked.Exchange(ref _changed, new CancellationTokenSource()).Cancel();
    }

    public IChangeToken GetChangeToken() => new CancellationChangeToken(_changed.Token);
}
