using Chatbox.Client;
using Chatbox.Client.Sending;

namespace Chatbox.Tests.Unit.Clients;

/// <summary>What a client does about a store that fails or hangs.</summary>
public sealed class ClientStoreTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Store_that_fails_is_told_and_the_message_is_sent_all_the_same()
    {
        await using var server = new ScriptedServer(store: new BrokenStore());
        using var events = server.Client.Subscribe();
        server.Client.Connect();
        var socket = await server.Socket();
        socket.Bind("alice");

        var sent = server.Client.Send("hello");

        Assert.Equal("hello", (await socket.Next("user_message")).Text("content"));
        await ScriptedServer.First<ChatEvent.StoreFailed>(events);
        await sent;
    }

    [Fact]
    public async Task Store_that_hangs_holds_messages_back_for_two_seconds_only()
    {
        var release = new TaskCompletionSource();
        await using var server = new ScriptedServer(store: new HangingStore(release.Task));
        using var events = server.Client.Subscribe();
        server.Client.Connect();
        var socket = await server.Socket();
        socket.Bind("alice");
        await ScriptedServer.First<ChatEvent.FrameReceived>(events);
        Assert.False(server.Client.IsBound);
        Assert.False(server.Client.Regenerate());
        var bound = server.Client.UntilBound();
        _ = server.Client.Send("hello");

        try
        {
            await server.Pass(() => socket.Has("user_message") ? socket : null);
            await bound;
            Assert.True(server.Client.Regenerate());
            var told = await ScriptedServer.First<ChatEvent>(events, e => e is ChatEvent.Bound);
            Assert.Equal(new ChatEvent.Bound("s1", IsFirst: true), told);
            Assert.True(server.Clock.GetUtcNow() - Start >= TimeSpan.FromSeconds(2));
        }
        finally
        {
            release.SetResult(); // the end of the client waits for its store
        }
    }

    [Fact]
    public async Task Binding_is_told_once_the_messages_of_the_store_are_here()
    {
        var release = new TaskCompletionSource();
        await using var server = new ScriptedServer(store: new HangingStore(release.Task));
        using var events = server.Client.Subscribe();
        server.Client.Connect();
        var socket = await server.Socket();
        socket.Bind("alice");
        socket.Bind("alice");
        await ScriptedServer.First<ChatEvent.FrameReceived>(events);
        await ScriptedServer.First<ChatEvent.FrameReceived>(events);
        release.SetResult();
        var bound = await ScriptedServer.First<ChatEvent.Bound>(events);
        Assert.True(bound.IsFirst);
        Assert.True(server.Client.IsBound);

        socket.Bind("alice");
        Assert.False((await ScriptedServer.First<ChatEvent.Bound>(events)).IsFirst);
    }

    private sealed class BrokenStore : IOutboxStore
    {
        public Task<IReadOnlyList<StoredMessage>> Open(string user, CancellationToken cancellationToken) =>
            throw new IOException("the disk is full");

        public Task Put(StoredMessage message, CancellationToken cancellationToken) => throw new IOException("the disk is full");

        public Task Remove(string user, string id, CancellationToken cancellationToken) => throw new IOException("the disk is full");
    }

    private sealed class HangingStore(Task release) : IOutboxStore
    {
        public async Task<IReadOnlyList<StoredMessage>> Open(string user, CancellationToken cancellationToken)
        {
            await release;
            return [];
        }

        public Task Put(StoredMessage message, CancellationToken cancellationToken) => release;

        public Task Remove(string user, string id, CancellationToken cancellationToken) => release;
    }
}
