using System.Collections.Immutable;
using Chatbox.Actors.Connections.Commands;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Connections.ConnectionKit;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>Frames as commands.</summary>
public sealed class ClientCommandTests
{
    private static readonly CommandId Command = new("c1");
    private static readonly Admission Wait = new(TimeSpan.FromSeconds(3));

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public void Message_counts_as_one_and_goes_to_another_session_if_its_own_has_ended()
    {
        var metadata = ImmutableSortedDictionary<string, string>.Empty.Add("k", "v");

        var command = From(new ClientFrame.UserMessage(Command, "hello", metadata, null));

        Assert.True(command is { MovesOn: true, CountsAsMessage: true, NeverActivates: false, Named: true });
        var expected = new SubmitMessage(Id, Command, Named: true, Alice, "hello", metadata, _clock.GetUtcNow(), Wait)
        {
            Permission = Permission.At(7),
        };
        Assert.Equal(expected, command.ForSession(Id, Wait, Permission.At(7)));
    }

    [Fact]
    public void Time_that_the_client_gives_is_the_time_of_its_message()
    {
        var at = DateTimeOffset.UnixEpoch;

        var command = From(new ClientFrame.UserMessage(Command, "hello", ImmutableSortedDictionary<string, string>.Empty, at));

        Assert.Equal(at, ((SubmitMessage)command.ForSession(Id, default, default)).SentAt);
    }

    [Fact]
    public void Regeneration_counts_as_a_message_and_stays_in_its_session()
    {
        var command = From(new ClientFrame.Regenerate(Command));

        Assert.True(command is { MovesOn: false, CountsAsMessage: true, NeverActivates: false });
        Assert.Equal(new RegenerateAnswer(Id, Command, Named: true, Alice, Wait), command.ForSession(Id, Wait, default));
    }

    [Fact]
    public void Transcription_counts_as_a_message_and_stays_in_its_session()
    {
        var command = From(new ClientFrame.Transcribe(Command, new MessageId("q1")));

        Assert.True(command is { MovesOn: false, CountsAsMessage: true, NeverActivates: false });
        var expected = new TranscribeMessage(Id, Command, Named: true, Alice, new MessageId("q1"), Wait);
        Assert.Equal(expected, command.ForSession(Id, Wait, default));
    }

    [Fact]
    public void Stop_never_makes_a_session_the_active_one()
    {
        var command = From(new ClientFrame.Stop(Command, new MessageId("a1")));

        Assert.True(command is { MovesOn: false, CountsAsMessage: false, NeverActivates: true });
        var expected = new StopAnswer(Id, Command, Named: true, Alice) { MessageId = new MessageId("a1") };
        Assert.Equal(expected, command.ForSession(Id, Wait, default));
    }

    [Fact]
    public void Choice_of_a_model_stays_in_its_session()
    {
        var command = From(new ClientFrame.ModelSelect(Command, new ModelId("m")));

        Assert.True(command is { MovesOn: false, CountsAsMessage: false, NeverActivates: false });
        Assert.Equal(new SelectModel(Id, Command, Named: true, Alice, new ModelId("m")), command.ForSession(Id, Wait, default));
    }

    [Fact]
    public void Request_for_help_goes_to_another_session_if_its_own_has_ended()
    {
        var command = From(new ClientFrame.HelpRequest(Command));

        Assert.True(command is { MovesOn: true, CountsAsMessage: false, NeverActivates: false });
        Assert.Equal(new RequestHelp(Id, Command, Named: true, Alice), command.ForSession(Id, Wait, default));
    }

    [Fact]
    public void Rating_never_makes_a_session_the_active_one()
    {
        var command = From(new ClientFrame.Feedback(Command, new MessageId("a1"), Up: false, "slow"));

        Assert.True(command is { MovesOn: false, CountsAsMessage: false, NeverActivates: true });
        Assert.Equal(
            new RateConversation(Id, Command, Named: true, Alice, new MessageId("a1"), Rating.Down, "slow"),
            command.ForSession(Id, Wait, default)
        );
    }

    [Fact]
    public void Command_without_an_id_gets_one_that_no_client_can_send()
    {
        var (first, second) = (From(new ClientFrame.Regenerate(null)), From(new ClientFrame.Regenerate(null)));

        Assert.False(first.Named);
        Assert.False(first.Id.IsOfClient);
        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public void Repeated_id_is_another_attempt()
    {
        Assert.NotEqual(From(new ClientFrame.Regenerate(Command)).Attempt, From(new ClientFrame.Regenerate(Command)).Attempt);
    }

    [Fact]
    public void Frame_that_concerns_no_session_is_no_command()
    {
        Assert.Throws<InvalidOperationException>(() => From(new ClientFrame.Ping(null)));
    }

    private ClientCommand From(ClientFrame frame) => ClientCommand.From(frame, Alice, _clock);
}
