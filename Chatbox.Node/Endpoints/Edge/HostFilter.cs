using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Endpoints.Edge;

/// <summary>
/// Refuses requests whose <c>Host</c> names none of <c>ALLOWED_HOSTS</c>: a name that somebody bends to this node's address must not get
/// its answers. Probes and metrics are served under any name, because machines ask for them by address; neither holds anything of a user.
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
        events.Report(SecurityEvent.HostRefused, RequestLimits.ClientOf(context.Connection.RemoteIpAddress), "not a name of ALLOWED_HOSTS");
        return ErrorResponse.BadRequest("This host name is not served here.").ExecuteAsync(context);
    }

    private bool Allows(HostString host)
    {
        if (!host.HasValue || HostName.Normalize(host.Host) is not { } name)
            return false;
        return _names.Contains(name)
            // The name below must have a name of its own.
            || Array.Exists(_suffixes, suffix => name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal));
    }
}
