using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Errors;
using Chatbox.Node.Logging;

namespace Chatbox.Node.Operators;

/// <summary>Streams the log of this node, and changes its level.</summary>
internal sealed partial class LogEndpoints(LogTail tail, LogLevelSwitch levels, ILogger<LogEndpoints> log)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/log", http => OperatorAnswers.Stream(http, tail.Follow(http.RequestAborted), line => line));
        app.MapGet("/log/level", Level);
        app.MapPut("/log/level", Change);
    }

    private IResult Level() => OperatorAnswers.Json(new LevelBody(LogLevels.NameOf(levels.Level)));

    private IResult Change(string? level)
    {
        if (!LogLevels.TryParse(level, out var wanted))
            return ErrorResponse.BadRequest($"level: {ErrorText.Quote(level ?? "")} is not one of debug, info, warn, error");
        LogChanged(LogLevels.NameOf(levels.Level), LogLevels.NameOf(wanted));
        levels.Set(wanted);
        return Level();
    }

    [LoggerMessage(180, LogLevel.Warning, "An operator changed the log level from {From} to {To} until the node restarts")]
    private partial void LogChanged(string from, string to);
}
