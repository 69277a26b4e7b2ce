using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>The command ids that a session still knows.</summary>
public sealed class CommandMemoryTests
{
    private static readonly SessionId Id = SessionId.New();
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Flood_of_commands_is_remembered_only_as_far_as_memory_allows()
    {
        var state = After(CommandMemory.MaxCommands + 10, TimeSpan.FromMilliseconds(1));

        Assert.Equal(CommandMemory.MaxCommands, state.ToSnapshot(0).Acknowledgements.Count);
        Assert.Null(state.Acknowledged(Command(9)));
        Assert.Equal(11, state.Acknowledged(Command(10))!.Seq);
        Assert.Equal(CommandMemory.MaxCommands + 10, state.Acknowledged(Command(CommandMemory.MaxCommands + 9))!.Seq);
    }

    [Fact]
    public void Command_is_known_for_a_day()
    {
        var state = After(26, TimeSpan.FromHours(1));
        Assert.Null(state.Acknowledged(Command(0)));
        Assert.NotNull(state.Acknowledged(Command(1)));
    }

    private static SessionState After(int commands, TimeSpan pause)
    {
        var state = new SessionState(Id);
        for (var n = 0; n < commands; n++)
            state = state.Apply(new NothingToStop(Id, Command(n), Start + n * pause), n + 1);
        return state;
    }

    private static CommandId Command(int n) => new($"c{n}");
}
