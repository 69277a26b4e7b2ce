using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Integration.Models;

/// <summary>Tests that abandoning an answer, in any way and at any moment, closes the connection to the provider.</summary>
public sealed class CancellationTests : ModelServerTests
{
    // The promise is one second. A loaded machine gets more before the test fails.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Cancelling_between_two_pieces_closes_the_connection(string type)
    {
        Server.Enqueue(ModelScript.Begin().Pieces("first").Hang());
        using var client = Client(type);
        using var stop = new CancellationTokenSource();
        await using var updates = client.GetStreamingResponseAsync(Adapters.Hello, Adapters.Options(), stop.Token).GetAsyncEnumerator();
        Assert.True(await updates.MoveNextAsync());
        var next = updates.MoveNextAsync();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        await (await Server.NextRequest()).Disconnected.WaitAsync(Soon);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Cancelling_before_the_first_byte_closes_the_connection(string type)
    {
        Server.Enqueue(ModelScript.Silence());
        using var client = Client(type);
        using var stop = new CancellationTokenSource();
        await using var updates = client.GetStreamingResponseAsync(Adapters.Hello, Adapters.Options(), stop.Token).GetAsyncEnumerator();
        var first = updates.MoveNextAsync();
        var request = await Server.NextRequest();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await first);
        await request.Disconnected.WaitAsync(Soon);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Leaving_the_enumeration_closes_the_connection(string type)
    {
        Server.Enqueue(ModelScript.Begin().Pieces("first").Hang());
        using var client = Client(type);
        await foreach (var _ in client.GetStreamingResponseAsync(Adapters.Hello, Adapters.Options()))
            break;

        await (await Server.NextRequest()).Disconnected.WaitAsync(Soon);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_call_cancelled_from_the_start_asks_nobody(string type)
    {
        using var client = Client(type);
        await using var updates = client
            .GetStreamingResponseAsync(Adapters.Hello, Adapters.Options(), new CancellationToken(canceled: true))
            .GetAsyncEnumerator();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await updates.MoveNextAsync());
        Assert.Empty(Server.Requests);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Leaving_one_answer_does_not_touch_another(string type)
    {
        var gate = new TaskCompletionSource();
        Server.Enqueue(ModelScript.Begin().Pieces("left").Hang());
        using var client = Client(type);
        await using var left = client.GetStreamingResponseAsync(Adapters.Hello, Adapters.Options()).GetAsyncEnumerator();
        Assert.True(await left.MoveNextAsync());
        Server.Enqueue(ModelScript.Begin().Pieces("stays").Wait(gate.Task).Pieces("!").End());
        var stays = client.Ask();
        await Server.NextRequest();
        await Server.NextRequest();

        await left.DisposeAsync();
        gate.SetResult();

        Assert.Equal("stays!", (await stays).Text);
    }
}
