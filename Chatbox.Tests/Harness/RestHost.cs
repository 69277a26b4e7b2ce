using System.Collections.Immutable;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Administration;
using Chatbox.Node.Endpoints.Canned;
using Chatbox.Node.Endpoints.Description;
using Chatbox.Node.Endpoints.Sessions;
using Chatbox.Node.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Harness;

/// <summary>The REST routes over real HTTP, with an in-memory index and without actors.</summary>
internal sealed class RestHost : IAsyncDisposable
{
    public static readonly DateTimeOffset SessionStart = new(2026, 3, 1, 8, 0, 0, 120, TimeSpan.Zero);

    private readonly TinyHost _host;

    private RestHost(TinyHost host, MemorySessionIndex index, ScriptedSessionCommands commands, ScriptedCommandLimit limit) =>
        (_host, Index, Commands, CommandLimit) = (host, index, commands, limit);

    public MemorySessionIndex Index { get; }

    public ScriptedSessionCommands Commands { get; }

    public ScriptedCommandLimit CommandLimit { get; }

    public TinyHost Host => _host;

    public static async Task<RestHost> Start(
        RequestLimitOptions? limits = null,
        Action<WebApplication>? map = null,
        CannedReplies? replies = null,
        Action<IServiceCollection>? configure = null
    )
    {
        var (index, commands, limit) = (new MemorySessionIndex(), new ScriptedSessionCommands(), new ScriptedCommandLimit());
        var host = await TinyHost.Start(
            app =>
            {
                app.UseChatboxAccess();
                app.MapChatboxSessions(TinyHost.Prefix);
                app.MapChatboxAdminSessions(TinyHost.Prefix);
                app.MapChatboxCannedReplies(TinyHost.Prefix);
                app.MapChatboxApiDocument(TinyHost.Prefix);
                map?.Invoke(app);
            },
            builder =>
            {
                builder.Services.AddSingleton(new TokenValidator(new JwtOptions { Secret = TestNode.Secret }, TimeProvider.System));
                builder.Services.AddChatboxAccess(limits ?? new RequestLimitOptions());
                builder.Services.AddChatboxSessions().AddChatboxAdminSessions().AddChatboxApiDocument();
                builder.Services.AddChatboxCannedReplies(replies ?? CannedReplies.None);
                builder.Services.AddSingleton<ISessionIndex>(index).AddSingleton<ISessionCommands>(commands);
                builder.Services.AddSingleton<ICommandLimit>(limit);
                builder.Services.AddSingleton<ICallLeases>(new ScriptedCallLeases((limits ?? new RequestLimitOptions()).Admin));
                builder.Services.AddSingleton<IIndexCatchUp>(new NoLag());
                configure?.Invoke(builder.Services);
            }
        );
        return new RestHost(host, index, commands, limit);
    }

    /// <summary>Adds a session to the index.</summary>
    public async Task<SessionSummary> Add(string user, string name = "New Chat", params IndexedMessage[] messages)
    {
        var session = new SessionSummary(
            SessionId.New(),
            new UserId(user),
            name,
            new ModelId("one"),
            SessionStart,
            SessionStart.AddSeconds(90),
            SessionStart.AddSeconds(60),
            messages.Length,
            TotalTokens: 1234,
            MaxResponseTime: TimeSpan.FromMilliseconds(800),
            TotalResponseTime: TimeSpan.FromMilliseconds(1000),
            ResponseCount: 3
        );
        await Add(session, messages);
        return session;
    }

    public Task Add(SessionSummary session, params IEnumerable<IndexedMessage> messages) =>
        Index.Apply([new SessionUpdate(1, session, [.. messages], [])], CancellationToken.None);

    public static IndexedMessage Message(long seq, string content, string sender = "user") =>
        new(
            seq,
            new MessageId($"m{seq}"),
            sender == "ai" ? "ai_response" : "user_message",
            sender,
            content,
            ImmutableSortedDictionary<string, string>.Empty,
            SessionStart.AddSeconds(seq),
            0,
            null
        );

    /// <summary>
    /// Sends a request below the prefix, with a token for this user and these roles; without a token if the user is null.
    /// </summary>
    public Task<RestAnswer> Send(string method, string path, string? user, params string[] roles) =>
        _host.Client.Rest(method, path, user, roles);

    public async Task<RestAnswer> Send(HttpRequestMessage request)
    {
        using var answer = await _host.Client.SendAsync(request);
        return await RestAnswer.Read(answer);
    }

    public Task<RestAnswer> Rename(SessionId session, string user, string name) => _host.Client.Rename(session.Value, user, name);

    public Task<RestAnswer> Get(string path, string? user, params string[] roles) => Send("GET", path, user, roles);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    /// <summary>The in-memory index is always complete, so nothing has to be waited for.</summary>
    private sealed class NoLag : IIndexCatchUp
    {
        public Task Wait(SessionId session, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task Wait(UserId user, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
