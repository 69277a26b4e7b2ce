using Chatbox.Node.Models.Providers;
using Chatbox.Tests.Servers;
using Microsoft.Extensions.AI;

namespace Chatbox.Tests.Integration.Models;

/// <summary>Provides a scripted provider for each test.</summary>
public abstract class ModelServerTests : IAsyncLifetime
{
    /// <summary>The types of provider that are reached over HTTP.</summary>
    public static TheoryData<string> Types => new(EveryType);

    protected static readonly string[] EveryType =
    [
        .. ProviderTypes.All.Where(type => type.Operation is not null).Select(type => type.Name),
    ];

    protected ScriptedModelServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await ScriptedModelServer.Start();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    internal IChatClient Client(string type) => Adapters.Create(type, Server.Endpoint);
}
