using Chatbox.Messages;
using Chatbox.Node.Endpoints.Sessions;

namespace Chatbox.Tests.Harness;

/// <summary>A command limit that admits everything until a test sets another allowance.</summary>
internal sealed class ScriptedCommandLimit : ICommandLimit
{
    public CommandAllowance Allowance { get; set; }

    public Task<CommandAllowance> Count(UserId user, CancellationToken cancellationToken) => Task.FromResult(Allowance);
}
