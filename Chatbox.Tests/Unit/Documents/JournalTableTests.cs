using System.Text.RegularExpressions;
using Chatbox.Messages.Notifications;
using Chatbox.Messages.Sessions;
using Chatbox.Messages.Users;

namespace Chatbox.Tests.Unit.Documents;

/// <summary>The table of journaled events in <c>docs/architecture.md</c> against the event types.</summary>
public sealed partial class JournalTableTests
{
    [Fact]
    public void Every_journaled_event_has_a_row_and_every_row_an_event()
    {
        var rows = new MarkdownDocument("docs/architecture.md").Table("What is journaled, and when", "Event");
        var named = rows.SelectMany(row => CodeName().Matches(row[0]).Select(match => match.Groups[1].Value));

        Assert.Equal(Events().Order(), named.Order());
    }

    private static IEnumerable<string> Events() =>
        from type in typeof(SessionProtocol).Assembly.GetTypes()
        where
            type.IsAssignableTo(typeof(SessionProtocol.ISessionEvent))
            || type.IsAssignableTo(typeof(UserProtocol.IUserEvent))
            || type.IsAssignableTo(typeof(NotificationProtocol.IOutboxEvent))
        where !type.IsAbstract
        select type.Name;

    [GeneratedRegex("`(\\w+)`")]
    private static partial Regex CodeName();
}
