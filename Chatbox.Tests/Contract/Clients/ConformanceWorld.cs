using Chatbox.Client.Sending;
using Chatbox.Tests.Contract.Voice;
using Chatbox.Tests.Harness.Files;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Clients;

/// <summary>The node, the model and the network of the scenarios. Each scenario has people and a network of its own.</summary>
public sealed class ConformanceWorld : IAsyncLifetime
{
    private readonly Dictionary<string, ConformancePerson> _people = [];
    private readonly Dictionary<string, FileOutboxStore> _stores = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-conformance-").FullName;
    private ScriptedModelServer? _provider;
    private SpeechServer? _speeches;
    private TaskCompletionSource _speaking = new();
    private NodeProcess? _node;
    private BadNetwork? _network;
    private int _scenarios;

    internal HeldModel Model { get; } = new(ConformanceSuite.Answers());

    internal NodeProcess Node => _node!;

    internal BadNetwork Network => _network!;

    public async Task InitializeAsync()
    {
        _provider = await ScriptedModelServer.Start();
        _provider.Otherwise = Model.Answer;
        _speeches = await SpeechServer.Start();
        _speeches.Otherwise = _ => Sounds.Mp3(4);
        var settings = new Dictionary<string, string>(SpokenNode.Settings(_provider, _speeches))
        {
            ["STREAM_CHECKPOINT_INTERVAL"] = "0",
            ["JWT_LEEWAY"] = "0s",
        };
        _node = await NodeProcess.Start(settings);
    }

    public async Task DisposeAsync()
    {
        await Node.DisposeAsync();
        await _speeches!.DisposeAsync();
        await _provider!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    internal void Begin()
    {
        _scenarios++;
        _network = new BadNetwork(Node.Address);
    }

    internal async Task End()
    {
        foreach (var person in _people.Values)
            await person.DisposeAsync();
        foreach (var store in _stores.Values)
            store.Dispose();
        _people.Clear();
        _stores.Clear();
        Model.Continue();
        _speaking.TrySetResult();
        await Network.DisposeAsync();
        if (Node.HasExited)
            await Node.Start();
    }

    /// <summary>The next sound waits, or is refused; or the one that waits is sent.</summary>
    internal void Speak(string what)
    {
        if (what == "going on")
            _speaking.SetResult();
        else if (what == "held")
            _speeches!.Replies(new VoiceReply(200, Sounds.Mp3(4), (_speaking = new TaskCompletionSource()).Task));
        else
            _speeches!.Replies(new VoiceReply(400, ""));
    }

    internal ConformancePerson Person(string name) => _people[name];

    /// <summary>What somebody has uploaded under a name.</summary>
    internal byte[] Uploaded(string name) =>
        _people.Values.Select(person => person.Files.GetValueOrDefault(name)).OfType<ConformanceUpload>().First().Content;

    internal string UserOf(ConformanceStep step) => $"person {_scenarios} {step.TextOrNull("user")}".TrimEnd();

    /// <summary>Makes a client. Its store is a file, which only one client can have open.</summary>
    internal void Connect(ConformanceStep step, Uri address)
    {
        var file = Path.Combine(_folder, $"{_scenarios} {step.TextOrNull("store") ?? step.Client}");
        var store = _stores[step.Client] = new FileOutboxStore(file);
        var window = step.Number("window");
        _people[step.Client] = new ConformancePerson(address, UserOf(step), step.Texts("tokens"), store, window, step.Has("doubled"));
    }

    /// <summary>Ends a client as the end of its process does.</summary>
    internal async Task Close(string name)
    {
        await Person(name).DisposeAsync();
        _stores[name].Dispose();
    }
}
