using Chatbox.Actors.Models;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Integration.Models;

/// <summary>Tests that fields which a server refuses by name are left out from then on, and that everything else is configured.</summary>
public sealed class RequestDialectTests : ModelServerTests
{
    public static TheoryData<string, string> NamedRefusals =>
        new()
        {
            {
                "max_tokens",
                """{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}"""
            },
            { "max_tokens", """{"error":{"message":"Unsupported parameter: 'max_tokens'; use 'max_completion_tokens'","code":400}}""" },
            {
                "max_tokens",
                """{"detail":[{"type":"extra_forbidden","loc":["body","max_tokens"],"msg":"Extra inputs are not permitted","input":1}]}"""
            },
            {
                "max_tokens",
                """{"error":{"message":"max_tokens is too large: 512. This model supports at most 256 completion tokens.","param":"max_tokens"}}"""
            },
            { "stream_options", """{"error":{"message":"extra_forbidden: stream_options","code":400}}""" },
            {
                "stream_options",
                """{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]},"type":"invalid_request_error"}"""
            },
            {
                "stream_options",
                """[{"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \"stream_options\": Cannot find field.","status":"INVALID_ARGUMENT"}}]"""
            },
            { "stream_options", "Unrecognized request argument supplied: stream_options" },
            { "stream_options", """{"error":{"message":"bad","param":"stream_options.include_usage"}}""" },
        };

    [Theory]
    [MemberData(nameof(NamedRefusals))]
    public async Task Field_that_a_server_refuses_by_name_is_left_out_from_then_on(string field, string refusal)
    {
        foreach (var status in new[] { 400, 422 })
        {
            Server.Otherwise = request => Has(request, field) ? ModelScript.RefuseWith(status, refusal) : ModelScript.Answer("well");
            using var client = Client("openai");
            var before = Server.Requests.Count;

            Assert.Equal("well", (await client.Ask()).Text);
            Assert.Equal(2, Server.Requests.Count - before);
            Assert.Equal("well", (await client.Ask()).Text);

            Assert.Equal(3, Server.Requests.Count - before);
            Assert.True(Server.Requests[^1].Json.GetProperty("stream").GetBoolean());
        }
    }

    [Fact]
    public async Task Limit_of_the_answer_goes_under_the_name_that_the_server_knows()
    {
        Server.Otherwise = request =>
            Has(request, "max_tokens") ? ModelScript.RefuseWith(400, "Unknown parameter: max_tokens") : ModelScript.Answer("well");
        using var client = Client("openai");

        await client.Ask();

        Assert.Equal(512, Server.Requests[^1].Json.GetProperty("max_completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Several_fields_are_left_out_one_after_the_other_and_no_more_than_there_are()
    {
        Server.Otherwise = request =>
            Has(request, "max_tokens") ? ModelScript.RefuseWith(400, "no such field: max_tokens")
            : Has(request, "max_completion_tokens") ? ModelScript.RefuseWith(400, "no such field: max_completion_tokens")
            : Has(request, "stream_options") ? ModelScript.RefuseWith(422, "no such field: stream_options")
            : ModelScript.RefuseWith(400, "no such field: stream_options, max_tokens, temperature, messages, model, stream");
        using var client = Client("openai");

        Assert.Equal(ModelFailureKind.Rejected, (await client.Ask()).Failure?.Kind);

        Assert.Equal(4, Server.Requests.Count);

        // No request has succeeded, so nothing was learned.
        await client.Ask();
        Assert.True(Has(Server.Requests[4], "max_tokens"));
    }

    [Theory]
    [InlineData(400, "model: no such model")]
    [InlineData(400, "messages.0.content: must not be empty")]
    [InlineData(400, "I cannot stop talking about the temperature, and stop there.")]
    [InlineData(401, "stream_options")]
    [InlineData(403, "stream_options")]
    [InlineData(500, "stream_options")]
    public async Task Other_refusals_are_not_argued_with(int status, string refusal)
    {
        Server.Otherwise = _ => ModelScript.RefuseWith(status, refusal);
        using var client = Client("openai");

        Assert.NotNull((await client.Ask()).Failure);

        Assert.Single(Server.Requests);
    }

    [Fact]
    public async Task Configured_members_are_merged_into_every_body_and_null_takes_one_out()
    {
        Server.Otherwise = _ => ModelScript.Answer("well");
        foreach (var type in EveryType)
        {
            using var client = Adapters.Create(
                type,
                Server.Endpoint,
                extra: """{"max_tokens":7,"reasoning_effort":"low","stream_options":{"more":1},"inputs":{"lang":"de"},"auto_generate_name":null,"deep":{"a":{"b":[1]}}}"""
            );
            await client.Ask();
            await client.Ask();
            var sent = Server.Requests[^1].Json;
            Assert.Equal("low", sent.GetProperty("reasoning_effort").GetString());
            Assert.Equal(1, sent.GetProperty("deep").GetProperty("a").GetProperty("b")[0].GetInt32());
            Assert.Equal(7, sent.GetProperty("max_tokens").GetInt32());
            Assert.False(sent.TryGetProperty("auto_generate_name", out _));
            if (type == "openai")
                Assert.True(sent.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
            if (type == "dify")
                Assert.Equal("de", sent.GetProperty("inputs").GetProperty("lang").GetString());
        }
    }

    [Fact]
    public async Task Configured_headers_go_with_every_request_in_place_of_the_nodes_own()
    {
        Server.Otherwise = _ => ModelScript.Answer("well");
        var headers = new Dictionary<string, string>
        {
            ["api-key"] = "azure",
            ["X-Title"] = "Chat, and more",
            ["authorization"] = "Basic eA==",
        };
        foreach (var type in EveryType)
        {
            using var client = Adapters.Create(type, Server.Endpoint, headers: headers);
            await client.Ask();
            var sent = Server.Requests[^1].Headers;
            Assert.Equal(("azure", "Chat, and more", "Basic eA=="), (sent["api-key"], sent["X-Title"], sent["Authorization"]));
        }
    }

    [Theory]
    [InlineData("openai", "", "chat/completions")]
    [InlineData("openai", "/chat/completions", "chat/completions")]
    [InlineData("openai", "/chat/completions/?api-version=2024-10-21", "chat/completions")]
    [InlineData("openai", "/Chat/Completions?a=b%20c&d", "Chat/Completions")]
    [InlineData("openai", "?api-version=2024-10-21", "chat/completions")]
    [InlineData("openai", "//", "chat/completions")]
    [InlineData("anthropic", "/messages", "messages")]
    [InlineData("anthropic", "/messages/?beta=true", "messages")]
    [InlineData("anthropic", "/", "messages")]
    [InlineData("dify", "/chat-messages", "chat-messages")]
    [InlineData("dify", "/chat-messages/", "chat-messages")]
    public async Task Endpoint_may_name_the_operation_and_keeps_its_query(string type, string end, string operation)
    {
        Server.Otherwise = _ => ModelScript.Answer("well");
        using var client = Adapters.Create(type, new Uri(Server.Endpoint + end), key: "");

        Assert.Equal("well", (await client.Ask()).Text);

        var request = Assert.Single(Server.Requests);
        Assert.Equal($"/v1/{operation}", request.Path);
        Assert.Equal(end.Contains('?') ? end[end.IndexOf('?')..] : "", request.Query);
        Assert.False(request.Headers.ContainsKey("Authorization"));
    }

    private static bool Has(RecordedRequest request, string field) => request.Json.TryGetProperty(field, out _);
}
