using Microsoft.AspNetCore.Http.Features;

namespace Chatbox.Node.Endpoints.Liveness;

/// <summary>Lets the node watch the liveness of each connection that becomes a WebSocket, over HTTP/1.1 and HTTP/2.</summary>
internal sealed class WatchedUpgrades(RequestDelegate next, SocketLiveness liveness)
{
    public Task Invoke(HttpContext http)
    {
        if (http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
            http.Features.Set<IHttpUpgradeFeature>(new Upgrade(upgrade, AbortOf(http), liveness));
        if (http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
            http.Features.Set<IHttpExtendedConnectFeature>(new ExtendedConnect(connect, AbortOf(http), liveness));
        return next(http);
    }

    // Unlike the context, the feature may be called when the request has just ended.
    private static Action AbortOf(HttpContext http) => http.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>().Abort;

    private sealed class Upgrade(IHttpUpgradeFeature server, Action abort, SocketLiveness liveness) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => true;

        public async Task<Stream> UpgradeAsync() => liveness.Watch(await server.UpgradeAsync(), abort);
    }

    private sealed class ExtendedConnect(IHttpExtendedConnectFeature server, Action abort, SocketLiveness liveness)
        : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => true;

        public string? Protocol => server.Protocol;

        public async ValueTask<Stream> AcceptAsync() => liveness.Watch(await server.AcceptAsync(), abort);
    }
}
