using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Endpoints.Edge;

/// <summary>
/// Refuses requests whose <c>Host</c> is not in <c>ALLOWED_HOSTS</c>, which prevents DNS rebinding. Probes and metrics are served under any
/// name, because machines request them by address; neither contains user data.
/// </summary>
internal sealed class HostFilter(RequestDelegate next, IReadOnlyList<string> allowed, SecurityEvents events)
{
    private const string Wildcard = "*.";

    private readonly HashSet<string> _names = new(allowed.Where(host => !host.StartsWith(Wildcard, StringComparison.Ordinal)));
    private readonly string[] _suffixes =
    [
        .. allowed.Where(host => host.StartsWith(Wildcard, StringComparison.Ordinal)).Select(host => host[1..]),
    ];

    public Task InvokeAsync(HttpContext context)
    {
        var probed = context.GetEndpoint()?.Metadata.GetMetadata<ProbedEndpoint>() is not null;
        if (probed || Allows(context.Request.Host))
            return next(context);
        events.Report(SecurityEvent.HostRefused, RequestLimits.ClientOf(context.Connection.RemoteIpAddress), "host not in ALLOWED_HOSTS");
        return ErrorResponse.BadRequest("This host name is not served here.").ExecuteAsync(context);
    }

    private bool Allows(HostString host)
    {
        if (!host.HasValue || HostName.Normalize(host.Host) is not { } name)
            return false;
        return _names.Contains(name)
            // A wildcard does not match the bare domain.
            || Array.Exists(_suffixes, suffix => name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal));
    }
}
