using Chatbox.Messages;
using Chatbox.Node.Endpoints.Sessions;

namespace Chatbox.Tests.Harness;

/// <summary>Lets commands through until a test says otherwise.</summary>
internal sealed class ScriptedCommandLimit : ICommandLimit
{
    public CommandAllowance Allowance { get; set; }

    public Task<CommandAllowance> Count(UserId user, CancellationToken cancellationToken) => Task.FromResult(Allowance);
}
