using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Chatbox.Actors.Notifications;
using Chatbox.Messages.Notifications;

namespace Chatbox.Node.Notifications;

/// <summary>
/// What a notification says, for people: one line for a subject or a text message, and rows with the details. Every text is on one line and
/// without control characters, so it fits into a header.
/// </summary>
internal sealed record NotificationText(string Title, IReadOnlyList<(string Name, string Value)> Rows, Uri? Link)
{
    private const int MostCharacters = 200;

    /// <param name="panel">Address of the admin page; null for no link.</param>
    public static NotificationText Of(Notification notification, Uri? panel)
    {
        var incident = notification.Incident;
        var rows = new List<(string, string)> { ("Time", incident.At.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)) };
        if (incident.UserId is { } user)
            rows.Add(("User", OneLine(user.Value)));
        if (incident.SessionId is { } session)
            rows.Add(("Session", OneLine(session.Value)));
        if (incident.AffectedUsers is { } affected)
            rows.Add(("Affected users", affected.ToString(CultureInfo.InvariantCulture)));
        rows.AddRange(incident.Facts.Take(Incident.MaxFacts).Select(fact => (Capital(OneLine(fact.Key)), OneLine(fact.Value))));
        if (notification.Untold > 0)
            rows.Add(("Not told before", $"{notification.Untold} more of this kind, over the limit"));
        return new NotificationText(Headline(incident), rows, LinkTo(incident, panel));
    }

    /// <summary>For a text message: the headline, the most important row, and the link.</summary>
    public string Short()
    {
        var important = Rows.FirstOrDefault(row => row.Name is "User" or "Model" or "Crashed" or "Store" or "Limiter");
        var detail = important.Name is null ? "" : $" ({important.Name.ToLowerInvariant()} {important.Value})";
        return $"Chatbox: {Title}{detail}, {Rows[0].Value}{(Link is null ? "" : $" {Link.AbsoluteUri}")}";
    }

    public string Plain()
    {
        var text = new StringBuilder(Title).Append("\n\n");
        foreach (var (name, value) in Rows)
            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\n");
        if (Link is not null)
            text.Append(CultureInfo.InvariantCulture, $"\n{Link.AbsoluteUri}\n");
        return text.ToString();
    }

    /// <summary>A page in which every value is escaped.</summary>
    public string Html()
    {
        var html = new StringBuilder("<!doctype html>\n<html><head><meta charset=\"utf-8\"><title>")
            .Append(Escaped(Title))
            .Append("</title></head><body>\n<h1>")
            .Append(Escaped(Title))
            .Append("</h1>\n<table>\n");
        foreach (var (name, value) in Rows)
            html.Append(CultureInfo.InvariantCulture, $"<tr><th align=\"left\">{Escaped(name)}</th><td>{Escaped(value)}</td></tr>\n");
        html.Append("</table>\n");
        if (Link is not null)
            html.Append(CultureInfo.InvariantCulture, $"<p><a href=\"{Escaped(Link.AbsoluteUri)}\">Open the admin page</a></p>\n");
        return html.Append("</body></html>\n").ToString();
    }

    /// <summary>
    /// A stable id of this notification to this recipient: a repetition has the same, by which a receiver recognizes it. 32 hexadecimal
    /// digits.
    /// </summary>
    public static string IdOf(Notification notification) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{notification.Incident.Id}\n{notification.Target}")).AsSpan(0, 16)
        );

    /// <summary>The text on one line, shortened, with a space for each control character and line separator.</summary>
    private static string OneLine(string text)
    {
        var cleaned = string.Concat(text.Take(MostCharacters).Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
        // A cut must not leave half of a surrogate pair, which no encoding can write.
        return cleaned.Length > 0 && char.IsHighSurrogate(cleaned[^1]) ? cleaned[..^1] : cleaned;
    }

    private static string Headline(Incident incident) =>
        (incident.Kind, incident.IsOver) switch
        {
            (IncidentKind.HelpRequest, _) => "A person asks for help",
            (IncidentKind.HelpEscalated, _) => "A person still waits for help",
            (IncidentKind.ModelDown, false) => "A model does not answer",
            (IncidentKind.ModelDown, true) => "A model answers again",
            (IncidentKind.StoreDown, false) => "The store does not work",
            (IncidentKind.StoreDown, true) => "The store works again",
            (IncidentKind.Crash, _) => "A node ended without stopping in order",
            (IncidentKind.Traffic, _) => "A limit refuses many requests",
            _ => $"Incident of kind {(int)incident.Kind}",
        };

    private static Uri? LinkTo(Incident incident, Uri? panel)
    {
        if (panel is null || incident.SessionId is not { } session)
            return panel;
        var query = $"session_id={Uri.EscapeDataString(session.Value)}";
        return new UriBuilder(panel) { Query = panel.Query.Length > 1 ? $"{panel.Query[1..]}&{query}" : query }.Uri;
    }

    private static string Capital(string name) =>
        name.Length == 0 ? name : $"{char.ToUpperInvariant(name[0])}{name[1..].Replace('_', ' ')}";

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);
}
