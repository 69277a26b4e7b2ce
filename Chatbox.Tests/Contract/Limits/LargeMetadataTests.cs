using System.Collections.Immutable;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Contract.Limits;

/// <summary>Promise bounded: metadata costs no more than text, in a frame, in a page of history and in an export.</summary>
public sealed class LargeMetadataTests(LargeMetadataTests.Host host) : IClassFixture<LargeMetadataTests.Host>
{
    public sealed class Host : ScriptedNode;

    [Fact]
    public async Task Message_that_is_too_large_as_a_whole_is_refused_by_the_name_of_the_field()
    {
        await using var client = await host.Node.Connect("metadata");
        await client.Next("connection_status");
        await client.Send(Message("m1", keys: 50, keyLength: 1_000, 'x'));
        var error = await client.Next("error");

        Assert.Equal("INVALID_FORMAT", error.ErrorCode());
        Assert.Equal("metadata", error.Metadata("field"));
        Assert.Equal("m1", error.Text("id"));
        Assert.Contains("65536", error.GetProperty("error").Text("message"));

        // The socket stays open, and the largest allowed metadata reaches the other devices complete.
        await using var other = await host.Node.Connect("metadata");
        await other.Next("connection_status");
        await client.Send(Message("m2", keys: 50, keyLength: 4, 'x'));
        await client.Next("ack");
        var shown = await other.Next("user_message");
        Assert.Equal(50, shown.GetProperty("metadata").EnumerateObject().Count());
        await client.NextDone();
    }

    [Fact]
    public async Task Pages_are_bounded_by_all_that_they_hold_and_lead_to_every_message()
    {
        const int count = 300;
        await using var client = await host.Node.Connect("pages");
        var session = (await client.Next("connection_status")).Text("session_id")!;
        await client.Say("Hello", "m1");
        await client.NextDone();
        var own = await host.Node.Http.RestUntil(
            $"/sessions/{session}",
            "pages",
            a => a.Status == 200 && a.Json.GetProperty("messages").GetArrayLength() == 2
        );
        var index = host.Node.Services.GetRequiredService<ISessionIndex>();
        var summary = (await index.Find(new SessionId(session), CancellationToken.None))!;
        var metadata = Enumerable.Range(0, 50).ToImmutableSortedDictionary(n => $"key {n}", _ => new string('v', 1_000));
        await index.Apply(
            [
                new SessionUpdate(
                    10_000,
                    summary,
                    [.. Enumerable.Range(100, count).Select(n => RestHost.Message(n, $"message {n}") with { Metadata = metadata })],
                    []
                ),
            ],
            CancellationToken.None
        );
        var expected = own
            .Json.GetProperty("messages")
            .EnumerateArray()
            .Select(m => m.Text("content")!)
            .Concat(Enumerable.Range(100, count).Select(n => $"message {n}"))
            .ToList();

        var token = (await host.Node.Http.Rest("POST", $"/sessions/{session}/share", "pages")).Json.Text("share_token");
        foreach (var path in new[] { $"/sessions/{session}", $"/shared/{token}" })
        {
            var (all, pages, before) = (new List<string>(), 0, "");
            do
            {
                var page = await host.Node.Http.Rest("GET", path + before, "pages");
                Assert.InRange(page.Text.Length, 1, 5 * 1024 * 1024);
                all.InsertRange(0, page.Json.GetProperty("messages").EnumerateArray().Select(m => m.Text("content")!));
                before = page.Json.TryGetProperty("next_before_seq", out var next) ? $"?before_seq={next.GetInt64()}" : "";
                pages++;
            } while (before.Length > 0);
            Assert.Equal(expected, all);
            Assert.True(pages > 1);
        }

        var export = await host.Node.Http.Rest("GET", $"/sessions/{session}/export", "pages");
        Assert.Equal(expected, export.Json.GetProperty("messages").EnumerateArray().Select(m => m.Text("content")));
    }

    private static object Message(string id, int keys, int keyLength, char value) =>
        new
        {
            type = "user_message",
            id,
            content = $"Hello {id}",
            metadata = Enumerable
                .Range(0, keys)
                .ToDictionary(n => $"{n}".PadLeft(keyLength, 'k'), _ => new string(value, FrameReader.MaxMetadataLength)),
        };
}
