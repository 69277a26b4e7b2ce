using System.Collections.Immutable;
using System.Globalization;
using Chatbox.Messages;

namespace Chatbox.Actors.Sessions.Standing;

/// <summary>Who looks at a session at the moment.</summary>
/// <param name="Devices">Sockets of the owner.</param>
/// <param name="Watching">Admins with a socket; each counts once.</param>
/// <param name="Admins">Their ids in order, percent-encoded, with a comma between two. At most <see cref="MaxText"/> code units; the last ones are left out.</param>
internal readonly record struct Audience(int Devices, int Watching, string Admins)
{
    private const int MaxText = 500;

    public static Audience Nobody { get; } = new(0, 0, "");

    /// <param name="admins">The admin of each socket; null for one of the owner.</param>
    public static Audience Of(IReadOnlyCollection<UserId?> admins)
    {
        string[] ids =
        [
            .. admins.OfType<UserId>().Select(admin => Uri.EscapeDataString(admin.Value)).Distinct().Order(StringComparer.Ordinal),
        ];
        var text = "";
        foreach (var id in ids)
        {
            var longer = text.Length == 0 ? id : $"{text},{id}";
            if (longer.Length > MaxText)
                break;
            text = longer;
        }

        return new Audience(admins.Count(admin => admin is null), ids.Length, text);
    }

    /// <summary>The audience as facts of an event.</summary>
    public ImmutableSortedDictionary<string, string> ToFacts() =>
        ImmutableSortedDictionary.CreateRange(
            StringComparer.Ordinal,
            [
                KeyValuePair.Create("admins", Admins),
                KeyValuePair.Create("devices", Devices.ToString(CultureInfo.InvariantCulture)),
                KeyValuePair.Create("watching", Watching.ToString(CultureInfo.InvariantCulture)),
            ]
        );
}
