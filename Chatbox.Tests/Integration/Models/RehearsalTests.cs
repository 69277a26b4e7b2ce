using Akka.Actor;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sealing;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Messages;
using Chatbox.Node.Health;
using Chatbox.Node.Models;
using Chatbox.Node.Models.Providers;
using Chatbox.Node.Start.Rehearsals;
using Chatbox.Tests.Unit.Models;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatbox.Tests.Integration.Models;

/// <summary>A question that a node asks itself before it is ready, with every type of provider.</summary>
public sealed class RehearsalTests() : TestKit("akka.loglevel = OFF")
{
    private static readonly ModelId Model = new("m");

    public static TheoryData<string> Types => [.. ProviderTypes.All.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Answer_is_shown(string type)
    {
        var model = new ModelDescription(Model, "M", type);
        var rehearsal = new Rehearsal(
            Sys,
            [new ModelProviderOptions(model, new Uri("http://127.0.0.1:9"), "key", "upstream")],
            new ModelOptions { Models = [model], Default = Model },
            new ChatSessionOptions(),
            new PlainCipher(),
            new StartWork(),
            TimeProvider.System,
            NullLoggerFactory.Instance,
            NullLogger<Rehearsal>.Instance
        );

        Assert.True(await rehearsal.Run(CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Every_provider_outside_the_node_has_a_sample_that_its_client_reads_to_the_end(string name)
    {
        var type = ProviderTypes.All.Single(type => type.Name == name);
        Assert.Equal(type.Operation is null, type.SampleAnswer is null);
        if (type.SampleAnswer is not { } events)
            return;
        await using var provider = new SampleProvider(events);
        using var transport = provider.CreateTransport();
        using var client = ModelClients.Create(
            new ModelProviderOptions(new ModelDescription(Model, "M", name), SampleProvider.Address, "key", "upstream"),
            transport,
            TimeProvider.System,
            NullLoggerFactory.Instance
        );

        var answer = await client.GetResponseAsync([new ChatMessage(ChatRole.User, "Hello")], Adapters.Options());

        Assert.Equal("Hello", answer.Text);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
    }

    [Fact]
    public async Task Error_ends_a_rehearsal()
    {
        var answered = new TaskCompletionSource<bool>();
        using var client = new ManualChatClient();
        Sys.ActorOf(
            Props.Create(() =>
                new RehearsalActor(
                    new ModelDescription(Model, "M", "openai"),
                    client,
                    new ChatSessionOptions(),
                    new PlainCipher(),
                    TimeProvider.System,
                    answered
                )
            )
        );

        client.NextCall().Fail(new ModelFailureException(ModelFailureKind.Broken, "no"));

        Assert.False(await answered.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }
}
