using Chatbox.Actors.Index;
using Chatbox.Messages;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Contract.Rest;

/// <summary>Long lists, page by page, on a complete node.</summary>
public sealed class SessionPagingTests
{
    [Fact]
    public async Task Thousand_sessions_under_ties_come_once_each_and_latest_first()
    {
        await using var node = await TestNode.Start();
        var index = node.Services.GetRequiredService<ISessionIndex>();
        // A thousand sessions share three timestamps, so their ids decide most of the order.
        var sessions = Enumerable.Range(0, 1000).Select(n => Session("alice", n % 3)).ToList();
        foreach (var part in sessions.Append(Session("bob", 1)).Chunk(250))
            await index.Apply([.. part.Select(session => new SessionUpdate(1, session, [], []))], CancellationToken.None);

        var (seen, pages, cursor) = (new List<(string Id, string Activity)>(), 0, (string?)null);
        do
        {
            var answer = await node.Http.Rest(
                "GET",
                $"/sessions?limit=77{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}",
                "alice"
            );
            Assert.Equal(200, answer.Status);
            var page = answer.Json;
            seen.AddRange(page.GetProperty("sessions").EnumerateArray().Select(s => (s.Text("id")!, s.Text("last_activity")!)));
            cursor = page.Text("next_cursor");
            Assert.Equal(cursor is not null, page.GetProperty("truncated").GetBoolean());
        } while (cursor is not null && ++pages < 50);

        Assert.Equal(sessions.Select(s => s.SessionId.Value).Order(), seen.Select(s => s.Id).Order());
        Assert.Equal(seen.Select(s => s.Activity).OrderDescending(), seen.Select(s => s.Activity));
    }

    private static SessionSummary Session(string user, int minute) =>
        new(
            SessionId.New(),
            new UserId(user),
            "New Chat",
            new ModelId("one"),
            RestHost.SessionStart,
            RestHost.SessionStart.AddHours(1),
            RestHost.SessionStart.AddMinutes(minute),
            0,
            0,
            TimeSpan.Zero,
            TimeSpan.Zero,
            0
        );
}
