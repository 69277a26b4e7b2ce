using System.Collections.Immutable;
using Chatbox.Actors.Notifications;
using Chatbox.Messages;
using Chatbox.Messages.Notifications;
using Chatbox.Node.Notifications;

namespace Chatbox.Tests.Unit.Notifications;

public sealed class NotificationTextTests
{
    private static readonly Incident Help = new(IncidentKind.HelpRequest, new IncidentId("help:1"), DateTimeOffset.UnixEpoch)
    {
        SessionId = new SessionId("0123456789abcdef0123456789abcdef"),
        UserId = new UserId("<img src=x onerror=alert(1)>\r\nBcc: all@example.org"),
        Facts = ImmutableSortedDictionary<string, string>.Empty.Add("model", "\"><script>\u2028"),
    };

    [Fact]
    public void Html_escapes_every_value()
    {
        var html = Of(Help, "https://a.example/?x=\"y").Html();

        Assert.DoesNotContain("<img", html);
        Assert.DoesNotContain("<script", html);
        Assert.Contains("&lt;img src=x onerror=alert(1)&gt;", html);
    }

    [Fact]
    public void No_value_adds_a_line_or_a_header()
    {
        var text = Of(Help);

        Assert.DoesNotContain(text.Plain().Split('\n'), line => line.StartsWith("Bcc", StringComparison.Ordinal));
        Assert.All(text.Rows, row => Assert.DoesNotContain(row.Value, c => char.IsControl(c) || c == '\u2028'));
        Assert.DoesNotContain(text.Title, char.IsControl);
    }

    [Theory]
    [InlineData("https://a.example/admin", "https://a.example/admin?session_id=0123456789abcdef0123456789abcdef")]
    [InlineData("https://a.example/admin?tab=1", "https://a.example/admin?tab=1&session_id=0123456789abcdef0123456789abcdef")]
    public void Link_opens_the_session_in_the_admin_page(string panel, string link) =>
        Assert.Equal(link, Of(Help, panel).Link!.AbsoluteUri);

    [Fact]
    public void Long_value_is_cut_between_characters()
    {
        var text = Of(Help with { UserId = new UserId(new string('a', 199) + "🙂") });

        Assert.Equal(new string('a', 199), text.Rows.Single(row => row.Name == "User").Value);
    }

    [Fact]
    public void Number_of_incidents_that_nobody_was_told_of_is_said() =>
        Assert.Contains("3 more", NotificationText.Of(new Notification(Help, "log", 3), null).Plain());

    [Fact]
    public void Id_is_the_same_for_a_repetition_and_another_one_for_another_recipient()
    {
        var id = NotificationText.IdOf(new Notification(Help, "mail:1", 0));

        Assert.Equal(id, NotificationText.IdOf(new Notification(Help with { At = DateTimeOffset.MaxValue }, "mail:1", 7)));
        Assert.NotEqual(id, NotificationText.IdOf(new Notification(Help, "mail:2", 0)));
    }

    private static NotificationText Of(Incident incident, string? panel = null) =>
        NotificationText.Of(new Notification(incident, "log", 0), panel is null ? null : new Uri(panel));
}
