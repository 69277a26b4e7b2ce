using System.Collections.Immutable;
using Chatbox.Actors.Connections.Commands;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Connections.ConnectionKit;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>The frames of admins as commands.</summary>
public sealed class AdminCommandTests
{
    private static readonly CommandId Command = new("c1");
    private static readonly UserId Eve = new("eve");

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public void Message_and_note_count_as_messages_and_name_their_admin()
    {
        var metadata = ImmutableSortedDictionary<string, string>.Empty.Add("k", "v");
        var message = From(new ClientFrame.UserMessage(Command, "hello", metadata, null));
        var note = From(new ClientFrame.Note(Command, "VIP"));

        Assert.True(message is { CountsAsMessage: true, Named: true } && note.CountsAsMessage);
        Assert.Equal(
            new SubmitAdminMessage(Id, Command, true, Eve, "hello", metadata, _clock.GetUtcNow()),
            message.ForSession(Id, default, default)
        );
        Assert.Equal(new AddNote(Id, Command, true, Eve, "Eve", "VIP"), note.ForSession(Id, default, default));
    }

    [Fact]
    public void Takeover_leave_and_transfer_are_other_commands()
    {
        Assert.Equal(new TakeOver(Id, Command, Eve, "Eve") { Named = true }, Made(new ClientFrame.AdminJoin(Command)));
        Assert.Equal(new LeaveTakeover(Id, Command, Eve) { Named = true }, Made(new ClientFrame.AdminLeave(Command)));
        Assert.Equal(new DeclineTransfer(Id, Command, Eve) { Named = true }, Made(new ClientFrame.AdminDecline(Command)));
        Assert.Equal(
            new OfferTransfer(Id, Command, Eve, new UserId("kim")) { Named = true },
            Made(new ClientFrame.AdminTransfer(Command, new UserId("kim")))
        );
    }

    [Fact]
    public void Command_without_an_id_gets_one_that_no_client_can_send()
    {
        var command = From(new ClientFrame.AdminJoin(null));

        Assert.False(command.Named);
        Assert.False(command.Id.IsOfClient);
    }

    [Fact]
    public void Owners_frames_are_no_commands_of_an_admin() =>
        Assert.Throws<InvalidOperationException>(() => From(new ClientFrame.Regenerate(Command)));

    private IIdentifiedCommand Made(ClientFrame frame)
    {
        var command = From(frame);
        Assert.False(command.CountsAsMessage);
        return command.ForSession(Id, default, default);
    }

    private ClientCommand From(ClientFrame frame) => AdminCommands.From(frame, Eve, "Eve", _clock);
}
