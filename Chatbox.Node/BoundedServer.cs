using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Chatbox.Node;

/// <summary>
/// A web server that waits for its open connections only for a bounded time when it stops, and then aborts them. A request that is never
/// sent to its end, or a socket whose client ignores the close frame, would otherwise take the time that the sessions need to leave.
/// </summary>
/// <param name="patience">Time that open connections have.</param>
internal sealed class BoundedServer(IServer server, TimeSpan patience) : IServer
{
    public IFeatureCollection Features => server.Features;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => server.StartAsync(application, cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        await server.StopAsync(deadline.Token);
    }

    public void Dispose() => server.Dispose();
}

/// <summary>Registers a <see cref="BoundedServer"/> in front of the web server.</summary>
internal static class BoundedServerHosting
{
    /// <summary>Bounds the stop of the web server, which must be registered by its type.</summary>
    public static IServiceCollection BoundServerStop(this IServiceCollection services, TimeSpan patience)
    {
        var registered = services.Last(service => service.ServiceType == typeof(IServer));
        services.Remove(registered);
        return services.AddSingleton<IServer>(provider => new BoundedServer(
            (IServer)ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!),
            patience
        ));
    }
}
