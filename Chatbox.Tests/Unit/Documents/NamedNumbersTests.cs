using System.Globalization;
using System.Text.RegularExpressions;
using Chatbox.Actors;
using Chatbox.Messages;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Unit.Documents;

/// <summary>What documents say of numbers and events is what the code says.</summary>
public sealed partial class NamedNumbersTests
{
    private const string Architecture = "docs/architecture.md";

    /// <summary>For example <c>`COMMAND_TIMEOUT`, 30 s</c> and <c>`MAX_MESSAGE_SIZE` (1 MiB)</c>.</summary>
    [Fact]
    public void Every_default_that_is_named_is_the_setting_s_default()
    {
        var defaults = SettingTable.Sections.SelectMany(section => section.Settings).ToDictionary(setting => setting.Key);
        var named =
            from document in Repository.Files
            where document.EndsWith(".md", StringComparison.Ordinal)
            from Match match in NamedDefault().Matches(Repository.Read(document))
            select (document, Key: match.Groups["key"].Value, Text: match.Groups["value"].Value);

        Assert.True(named.Count() > 20);
        Assert.All(named, value => Assert.Equal(Number(defaults[value.Key].DefaultText), Number(value.Text)));
    }

    [Fact]
    public void Every_event_has_its_row_and_no_other()
    {
        var events = typeof(SessionId)
            .Assembly.GetTypes()
            .Where(type => !type.IsInterface && (type.IsAssignableTo(typeof(ISessionEvent)) || type.IsAssignableTo(typeof(IUserEvent))));
        var rows = new MarkdownDocument(Architecture).Table("What is journaled, and when", "Event");

        var described = rows.SelectMany(row => EventName().Matches(row[0])).Select(match => match.Groups[1].Value);

        Assert.Equal(events.Select(type => type.Name).Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Shards_are_counted_right() =>
        Assert.Contains($"{ChatboxHosting.Shards} shards for sessions and as many for users", Repository.Read(Architecture));

    // A duration in seconds, a size in bytes, or a plain number.
    private static decimal Number(string text)
    {
        var spaceless = text.Replace(" ", "");
        if (spaceless.EndsWith("MiB", StringComparison.Ordinal))
            return 1_048_576 * decimal.Parse(spaceless[..^3], CultureInfo.InvariantCulture);
        if (decimal.TryParse(spaceless, CultureInfo.InvariantCulture, out var number))
            return number;
        Assert.True(GoDuration.TryParse(spaceless, out var duration, out var problem), $"{text} {problem}");
        return (decimal)duration.TotalSeconds;
    }

    [GeneratedRegex(@"`(?<key>[A-Z][A-Z0-9_]+)`(?:, | \()(?<value>[0-9][0-9 ]*(?:(?:ms|s|MiB)\b)?)(?=[,;.)]| \||$| in any)")]
    private static partial Regex NamedDefault();

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex EventName();
}
