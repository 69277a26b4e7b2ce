using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Edge;
using Chatbox.Tests.Unit.Documents;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Contract.Rest;

/// <summary>
/// The table of routes in <c>docs/protocol.md</c> against the routes of a complete node, and against <c>openapi.json</c>.
/// </summary>
public sealed class RouteTableTests
{
    [Fact]
    public async Task Every_route_of_a_node_stands_in_the_table_and_no_other()
    {
        await using var node = await TestNode.Start();
        var mapped =
            from route in node.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            let path = route.RoutePattern.RawText!
            // The document lists the page's files in one row.
            where route.Metadata.GetMetadata<PageEndpoint>() is null || path.EndsWith('/')
            from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
            where method != "HEAD"
            select $"{method} {path}";

        Assert.Equal(mapped.Order(StringComparer.Ordinal), Routes().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_route_states_who_may_call_it()
    {
        // Routes with checks of their own: the socket's at the upgrade, the metrics' by network.
        string[] checkedElsewhere = [$"{TinyHost.Prefix}/ws", $"{TinyHost.Prefix}/metrics/prometheus", "/metrics"];
        await using var node = await TestNode.Start();
        var open =
            from route in node.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            where route.Metadata.GetMetadata<RouteAccess>() is null && route.Metadata.GetMetadata<PageEndpoint>() is null
            select route.RoutePattern.RawText;

        Assert.Equal(checkedElsewhere.Order(StringComparer.Ordinal), open.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_route_of_the_api_document_stands_in_the_table()
    {
        await using var host = await RestHost.Start();
        var described =
            from path in (await host.Get("/openapi.json", null)).Json.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            select $"{operation.Name.ToUpperInvariant()} {path.Name}";

        Assert.NotEmpty(described);
        Assert.Empty(described.Except(Routes()));
    }

    private static IEnumerable<string> Routes() =>
        ProtocolDocumentTests
            .Document.Table("1. Routes", "Method and path")
            .Select(row => row[0].Replace("`", "").Replace("{P}", TinyHost.Prefix));
}
