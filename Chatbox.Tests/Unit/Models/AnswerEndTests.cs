using Akka.Actor;
using Akka.TestKit;
using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;

namespace Chatbox.Tests.Unit.Models;

/// <summary>Tests of the end that a session is told: success only if the provider named a known reason for it.</summary>
public sealed class AnswerEndTests : ModelTestKit
{
    [Theory]
    [InlineData("stop", FinishReason.Stop, null)]
    [InlineData("length", FinishReason.Length, null)]
    [InlineData("content_filter", FinishReason.Cut, null)]
    [InlineData("tool_calls", FinishReason.Cut, ErrorCode.LlmUnavailable)]
    [InlineData("error", FinishReason.Cut, ErrorCode.LlmUnavailable)]
    [InlineData("never heard of", FinishReason.Cut, ErrorCode.LlmUnavailable)]
    public void End_is_told_as_it_was(string said, FinishReason told, string? error)
    {
        var (session, _) = Start();
        var call = Client.NextCall();
        call.Say("Half");
        Takes(session, "Half");
        call.Finish(new ChatFinishReason(said));
        Ends(session, told, error);
    }

    [Theory]
    [InlineData("stop", FinishReason.Stop, null)]
    [InlineData("length", FinishReason.Length, null)]
    [InlineData("content_filter", FinishReason.Error, ErrorCode.ServiceError)]
    [InlineData("tool_calls", FinishReason.Error, ErrorCode.LlmUnavailable)]
    [InlineData("never heard of", FinishReason.Error, ErrorCode.LlmUnavailable)]
    public void End_without_text_is_told_as_it_was_and_not_asked_for_again(string said, FinishReason told, string? error)
    {
        var (session, model) = Start(Options with { MaxTries = 3 });
        Client.NextCall().Finish(new ChatFinishReason(said));
        Ends(session, told, error);
        Assert.False(model.ExpectMsg<ModelActor.TryEnded>().Failed);
        Assert.Equal(0, Client.CallsWaiting);
    }

    [Fact]
    public void Response_that_cannot_be_read_is_not_asked_for_again()
    {
        var (session, model) = Start(Options with { MaxTries = 3 });
        Client.NextCall().Fail(Failure(ModelFailureKind.Unreadable));
        Ends(session, FinishReason.Error, ErrorCode.LlmUnavailable);
        Assert.True(model.ExpectMsg<ModelActor.TryEnded>().Failed);
        Assert.Equal(0, Client.CallsWaiting);
    }

    private (TestProbe Session, TestProbe Model) Start(ModelOptions? options = null)
    {
        var (session, model) = (CreateTestProbe(), CreateTestProbe());
        model.ChildActorOf(
            Props.Create(() => new AnswerActor(Ask("a"), session, Model(1), Client, null, options ?? Options, new NoMetrics(), Clock, null))
        );
        return (session, model);
    }
}
