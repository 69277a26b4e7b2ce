using System.Collections.Concurrent;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Sessions;

namespace Chatbox.Tests.Harness;

/// <summary>Records session commands and replies with the outcome that a test has set.</summary>
internal sealed class ScriptedSessionCommands : ISessionCommands
{
    private readonly ConcurrentQueue<string> _calls = new();

    public CommandOutcome Outcome { get; set; } = CommandOutcome.Done;

    /// <summary>The commands so far, each as <c>end SESSION USER</c>, <c>rename SESSION USER NAME</c> or <c>erase SESSION USER [admin]</c>.</summary>
    public IReadOnlyList<string> Calls => [.. _calls];

    public Task<CommandOutcome> End(SessionId session, UserId user, CancellationToken cancellationToken) => Note($"end {session} {user}");

    public Task<CommandOutcome> Rename(SessionId session, UserId user, string name, CancellationToken cancellationToken) =>
        Note($"rename {session} {user} {name}");

    public Task<CommandOutcome> Erase(SessionId session, UserId user, bool asAdmin, CancellationToken cancellationToken) =>
        Note($"erase {session} {user}{(asAdmin ? " admin" : "")}");

    private Task<CommandOutcome> Note(string call)
    {
        _calls.Enqueue(call);
        return Task.FromResult(Outcome);
    }
}
