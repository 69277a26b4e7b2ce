using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Models;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Tests.Unit.Models;

/// <summary>
/// Runs the actors of a model between probes for sessions and a model whose words come from the test. Time passes when the test lets it.
/// </summary>
public abstract class ModelTestKit()
    : TestKit(
        """
        akka.loglevel = OFF
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        """
    )
{
    internal ManualChatClient Client { get; init; } = new();

    internal FakeTimeProvider Clock { get; } = new();

    internal RecordedIncidents Incidents { get; } = new();

    private protected static ModelOptions Options { get; } =
        new()
        {
            Models = [],
            Default = default,
            MaxTries = 1,
            BreakerFailures = 2,
            BreakerOpen = TimeSpan.FromSeconds(15),
        };

    protected void Pass(TimeSpan time) => ((TestScheduler)Sys.Scheduler).Advance(time);

    private protected static ModelDescription Model(int maxConcurrent) =>
        new(new ModelId("m"), "M", "manual") { MaxConcurrent = maxConcurrent };

    private protected static StartAnswer Ask(string answer, int attempt = 0, string user = "alice") =>
        new(
            new MessageId(answer),
            attempt,
            new SessionId("0123456789abcdef0123456789abcdef"),
            new UserId(user),
            new ModelId("m"),
            [new ChatMessage(ChatRole.User, answer)],
            Continues: false,
            ProviderConversation: null
        );

    /// <summary>Expects this text as the session's next piece, and confirms it.</summary>
    private protected static void Takes(TestProbe session, string text)
    {
        var piece = session.ExpectMsg<AnswerPiece>();
        Assert.Equal(text, piece.Text);
        session.Reply(new PieceTaken(piece.AnswerId));
    }

    private protected static AnswerEnded Ends(TestProbe session, FinishReason reason, string? errorCode = null)
    {
        var ended = session.ExpectMsg<AnswerEnded>();
        Assert.Equal((reason, errorCode), (ended.Reason, ended.ErrorCode));
        return ended;
    }

    protected static void ExpectNothing(TestProbe session) => session.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

    protected static Task Soon(Task task) => task.WaitAsync(TimeSpan.FromSeconds(10));

    private protected static ModelFailureException Failure(ModelFailureKind kind, TimeSpan? retryAfter = null) =>
        new(kind, "as the test says", retryAfter);
}
