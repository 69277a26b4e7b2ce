using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Contract.Rest;

/// <summary><c>{P}/openapi.json</c> against the mapped routes and real responses.</summary>
public sealed class ApiDocumentTests
{
    [Fact]
    public async Task Every_rest_route_is_described_and_no_other()
    {
        await using var host = await RestHost.Start();
        var document = (await host.Get("/openapi.json", null)).Json;
        var described = Operations(document).Select(operation => $"{operation.Method} {operation.Path}");
        var mapped = host
            .Host.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route =>
                route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {route.RoutePattern.RawText}")
            );

        Assert.Equal(mapped.Order(), described.Order());
        Assert.Equal("3.1", document.Text("openapi")![..3]);
    }

    [Fact]
    public async Task Operations_say_who_may_call_them_and_what_they_answer()
    {
        await using var host = await RestHost.Start();
        var document = (await host.Get("/openapi.json", null)).Json;

        Assert.All(
            Operations(document),
            operation =>
            {
                Assert.False(string.IsNullOrEmpty(operation.Value.Text("summary")), operation.Path);
                var isPublic = operation.Path.Contains("/shared/") || operation.Path.EndsWith("openapi.json");
                Assert.Equal(!isPublic, operation.Value.TryGetProperty("security", out _));
                Assert.Equal(!isPublic, operation.Value.GetProperty("responses").TryGetProperty("401", out _));
            }
        );
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer").Text("scheme"));
    }

    [Fact]
    public async Task Real_answers_have_the_shapes_of_the_document()
    {
        await using var host = await RestHost.Start();
        var session = await host.Add(
            "alice",
            "Shapes",
            RestHost.Message(1, "hello"),
            RestHost.Message(2, "hi", "ai") with
            {
                Superseded = true,
            }
        );
        await host.Add("alice", "Second");
        await host.Add(session with { EndTime = null }, RestHost.Message(3, "more"));
        var one = $"/sessions/{session.SessionId}";
        var document = (await host.Get("/openapi.json", null)).Json;
        var checker = new JsonShape(document);

        await Check("GET", "/sessions?limit=1", "/sessions", "alice");
        await Check("GET", "/sessions?limit=x", "/sessions", "alice");
        await Check("GET", "/sessions", "/sessions", null);
        await Check("GET", one, "/sessions/{id}", "alice");
        await Check("GET", one, "/sessions/{id}", "bob");
        await Check("GET", $"{one}/export", "/sessions/{id}/export", "alice");
        await Check("PATCH", one, "/sessions/{id}", "alice");
        CheckAnswer("PATCH", "/sessions/{id}", await host.Rename(session.SessionId, "alice", "Better"));
        await Check("POST", $"{one}/end", "/sessions/{id}/end", "alice");
        var shared = await Check("POST", $"{one}/share", "/sessions/{id}/share", "alice");
        await Check("GET", "/sessions", "/sessions", "alice");
        await Check("GET", $"/shared/{shared.Json.Text("share_token")}", "/shared/{token}", null);
        await Check("GET", "/shared/nonsense", "/shared/{token}", null);
        await Check("DELETE", $"{one}/share", "/sessions/{id}/share", "alice");
        await Check("DELETE", one, "/sessions/{id}", "alice");
        await Check("GET", "/admin/sessions?limit=1", "/admin/sessions", "root", "admin");
        await Check("GET", "/admin/sessions?limit=x", "/admin/sessions", "root", "admin");
        await Check("GET", "/admin/sessions", "/admin/sessions", "alice");
        await Check("GET", "/admin/metrics", "/admin/metrics", "root", "admin");
        await Check("GET", "/admin/users/alice/sessions", "/admin/users/{userId}/sessions", "root", "admin");
        await Check("DELETE", "/admin/users/alice", "/admin/users/{id}", "root", "admin");
        await Check("GET", "/admin/canned-replies", "/admin/canned-replies", "root", "admin");
        host.Index.GoDown();
        await Check("GET", one, "/sessions/{id}", "alice");

        async Task<RestAnswer> Check(string method, string path, string route, string? user, params string[] roles)
        {
            var answer = await host.Send(method, path, user, roles);
            CheckAnswer(method, route, answer);
            return answer;
        }

        void CheckAnswer(string method, string route, RestAnswer answer)
        {
            var responses = Operations(document)
                .Single(operation => operation.Method == method && operation.Path == TinyHost.Prefix + route)
                .Value.GetProperty("responses");
            Assert.True(
                responses.TryGetProperty($"{answer.Status}", out var response),
                $"{method} {route} says nothing of {answer.Status}"
            );
            if (!response.TryGetProperty("content", out var content))
            {
                Assert.Equal("", answer.Text);
                return;
            }

            var schema = content.GetProperty("application/json").GetProperty("schema");
            var problems = string.Join('\n', checker.Problems(answer.Json, schema));
            Assert.True(problems.Length == 0, $"{method} {route} {answer.Status}:\n{problems}\n{answer.Text}");
        }
    }

    private static IEnumerable<(string Method, string Path, JsonElement Value)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (operation.Name.ToUpperInvariant(), path.Name, operation.Value);
}
