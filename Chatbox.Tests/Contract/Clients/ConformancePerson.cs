using Chatbox.Client;
using Chatbox.Client.Connections;
using Chatbox.Client.Conversations;
using Chatbox.Client.Sending;
using Chatbox.Messages;
using Chatbox.Node.Identity;

namespace Chatbox.Tests.Contract.Clients;

/// <summary>A client, and the tokens that it is given one after the other; the last one again and again.</summary>
internal sealed class ConformancePerson : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, TimeSpan> Lifetimes = new()
    {
        ["good"] = TimeSpan.FromHours(1),
        ["brief"] = TimeSpan.FromSeconds(3),
        ["expired"] = TimeSpan.FromHours(-1),
    };

    private static readonly TokenIssuer Issuer = new(TestNode.Secret, TimeProvider.System);

    private readonly IReadOnlyList<string> _kinds;
    private readonly ChatEventReader _events;
    private volatile string _user;
    private volatile int _taken;
    private string? _lastToken;

    public ConformancePerson(Uri address, string user, IReadOnlyList<string> kinds, IOutboxStore store, int? window, bool doubles)
    {
        (_user, _kinds) = (user, kinds);
        Client = new ChatClient(
            new ChatClientOptions
            {
                Address = address,
                Token = (_, _) => ValueTask.FromResult<string?>(Next()),
                Store = store,
                Window = window,
                Random = () => 0,
                OpenSocket = doubles
                    ? async (uri, token, cancellationToken) =>
                        new DoublingSocket(await LineOpener.OpenSocket(uri, token, cancellationToken))
                    : null,
            }
        );
        _events = Client.Subscribe();
        Client.Connect();
    }

    public ChatClient Client { get; }

    /// <summary>The files that were given to upload, by name.</summary>
    public Dictionary<string, ConformanceUpload> Files { get; } = [];

    /// <summary>What a viewer who never left has to have, too.</summary>
    public IReadOnlyList<object> Entries =>
        [
            .. Client.Conversation.Entries.Select(entry =>
                (
                    (entry.Role, entry.Text, entry.State, entry.Seq, entry.MessageId, entry.FinishReason),
                    string.Join(',', entry.Files.Select(file => file.FileId)),
                    entry.IsVoice
                )
            ),
        ];

    public IReadOnlyList<string> Texts(EntryRole? role = null) =>
        [.. Client.Conversation.Entries.Where(entry => role is null || entry.Role == role).Select(entry => entry.Text)];

    public void SignIn(string user)
    {
        _user = user;
        Client.Connect();
    }

    /// <summary>Waits until the conversation fits.</summary>
    public async Task Until(Func<ChatConversation, bool> fits)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            await Client.Until(fits, deadline.Token);
        }
        catch (OperationCanceledException)
        {
            var has = Client.Conversation.Entries.Select(entry => $"{entry.Text[..Math.Min(entry.Text.Length, 200)]} ({entry.State})");
            throw new TimeoutException($"The client is {Client.State} and still has:\n{string.Join('\n', has)}");
        }
    }

    /// <summary>Sends a message, with files that are uploaded.</summary>
    public async Task Send(string text, IReadOnlyList<string> files, bool isVoice, bool speak)
    {
        var ids = new List<string>();
        foreach (var file in files)
            ids.Add((await Files[file].Done()).FileId);
        await Client.Send(text, ids, isVoice, speak);
    }

    /// <summary>Adds so many pages of older messages, or all of them.</summary>
    public async Task LoadOlder(int? pages)
    {
        for (var left = pages ?? int.MaxValue; left > 0 && Client.Conversation.HasOlder; left--)
            await Client.LoadOlder();
    }

    /// <summary>Waits until the answers that are spoken have come so far.</summary>
    public Task UntilSpoken(IReadOnlyList<string> states) =>
        Until(conversation =>
            conversation
                .Entries.Select(entry => entry.Speech)
                .OfType<AnswerSpeech>()
                .Select(speech => $"{speech.State} {speech.Failure}".TrimEnd())
                .SequenceEqual(states, StringComparer.OrdinalIgnoreCase)
        );

    public Task UntilDone(int answers) =>
        Until(conversation =>
            conversation.Entries.Count(entry => entry.State == EntryState.Done) == answers
            && conversation.Entries.TrueForAll(entry => entry.State is EntryState.Sent or EntryState.Done)
        );

    public async Task UntilBound()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await Client.UntilBound(deadline.Token);
    }

    /// <summary>Waits until the client has taken so many tokens.</summary>
    public async Task UntilTaken(int tokens)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (_taken < tokens)
            await pause.WaitForNextTickAsync(deadline.Token);
    }

    public async Task<RefusalReason> Refused()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await foreach (var next in _events.WithCancellation(deadline.Token))
            if (next is ChatEvent.TokenRefused refused)
                return refused.Reason;
        throw new InvalidOperationException("The client has ended.");
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();

    private string Next()
    {
        var taken = Interlocked.Increment(ref _taken);
        if (taken > _kinds.Count && _kinds.Count > 0 && Lifetimes[_kinds[^1]] < TimeSpan.Zero)
            return _lastToken!;
        var kind = _kinds.Count == 0 ? "good" : _kinds[Math.Min(taken, _kinds.Count) - 1];
        return _lastToken = Issuer.Issue(new UserId(_user), [], null, Lifetimes[kind]);
    }
}
