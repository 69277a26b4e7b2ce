using Akka.Actor;
using Akka.Configuration;
using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Tests.Integration.Models;

/// <summary>Tests with what real servers send, from the socket to the session.</summary>
public sealed class DialectTests(DialectServer server, DialectTests.Actors actors)
    : IClassFixture<DialectServer>,
        IClassFixture<DialectTests.Actors>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Cases => new(DialectCase.Names);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Response_is_told_as_it_was(string name)
    {
        var right = DialectCase.Read(name);
        using var client = Adapters.Create(right.Dialect, server.EndpointOf(name), clock: right.IsOpen ? new Impatience() : null);

        var (text, files, ended) = await actors.Ask(client).WaitAsync(Soon);

        var usage = ended.Usage is { } used ? $"{used.Prompt} {used.Completion}" : null;
        Assert.Equal(
            (right.Text, right.Files, right.Finish, right.Error, right.Usage, right.Requests),
            (text, files, ended.Reason.ToString().ToLowerInvariant(), ended.ErrorCode, usage, server.RequestsFor(name))
        );
        if (right.IsOpen)
            await server.ClosedByClient(name).WaitAsync(Soon);
    }

    [Fact]
    public void Corpus_is_as_large_as_the_dialects_are_many() => Assert.True(DialectCase.Names.Count >= 200);

    /// <summary>An actor system for models, with a session for each answer.</summary>
    public sealed class Actors : IDisposable
    {
        private readonly ActorSystem _system = ActorSystem.Create("dialects", ConfigurationFactory.ParseString("akka.loglevel = OFF"));

        /// <summary>Requests an answer like a session, and returns what the session receives.</summary>
        public Task<(string Text, int Files, AnswerEnded Ended)> Ask(IChatClient client)
        {
            var id = new ModelId("m");
            var options = new ModelOptions
            {
                Models = [new ModelDescription(id, "M", "x")],
                Default = id,
                MaxTries = 3,
                RetryDelay = TimeSpan.FromMilliseconds(1),
            };
            Func<ModelId, IChatClient> clients = _ => client;
            var models = _system.ActorOf(
                Props.Create(() => new ModelsActor(options, clients, null, new RecordedIncidents(), new NoMetrics(), TimeProvider.System))
            );
            var told = new TaskCompletionSource<(string, int, AnswerEnded)>(TaskCreationOptions.RunContinuationsAsynchronously);
            _system.ActorOf(Props.Create(() => new Session(models, id, told)));
            return told.Task;
        }

        public void Dispose() => _system.Dispose();
    }

    private sealed class Session : ReceiveActor
    {
        public Session(IActorRef models, ModelId model, TaskCompletionSource<(string, int, AnswerEnded)> told)
        {
            var (text, files) = ("", 0);
            Receive<AnswerPiece>(piece =>
            {
                text = piece.Replaces ? piece.Text : text + piece.Text;
                Sender.Tell(new PieceTaken(piece.AnswerId));
            });
            Receive<AnswerFile>(_ => files++);
            Receive<AnswerEnded>(ended =>
            {
                told.SetResult((text, files, ended));
                Context.Stop(models);
                Context.Stop(Self);
            });
            models.Tell(
                new StartAnswer(
                    new MessageId("a"),
                    0,
                    new SessionId("0123456789abcdef0123456789abcdef"),
                    new UserId("alice"),
                    model,
                    Adapters.Hello,
                    Continues: false,
                    ProviderConversation: null
                )
            );
        }
    }
}
