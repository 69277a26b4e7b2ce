using System.Globalization;
using Chatbox.Node.Stores.Index.Tallies;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>A trigger that marks the minutes of a changed row, in words that every database has.</summary>
/// <param name="Name">Unique in the database.</param>
/// <param name="Event">What happens to a row, for example <c>INSERT</c>.</param>
/// <param name="Condition">Whether the change of the row counts.</param>
/// <param name="Body">Statements, each with a semicolon at its end.</param>
internal sealed record TallyTrigger(string Name, string Event, string Table, string Condition, string Body);

/// <summary>
/// The database itself marks the minutes whose tallies no longer fit their rows, so that they are tallied again. It does so for every writer: an earlier
/// release, which knows nothing of tallies, may write to the same tables. A mark is a row of its own, so that two writers never wait for each other. Part
/// of a released migration: never changes.
/// </summary>
internal static class TallyTriggers
{
    private static readonly string Never = IndexTime.Never.ToString(CultureInfo.InvariantCulture);

    private static readonly string[] Answers = ["type", "sent_at", "tokens", "response_time"];

    private static readonly string[] Counted =
    [
        "start_time",
        "admin_assisted",
        "help_requested",
        "takeovers",
        "help_requests",
        "ratings_up",
        "ratings_down",
    ];

    public static IReadOnlyList<TallyTrigger> All { get; } =
    [
        Of("mark_new_answer", "INSERT", "messages", "NEW.type = 'ai_response'", "NEW.sent_at"),
        Of("mark_erased_answer", "DELETE", "messages", "OLD.type = 'ai_response'", "OLD.sent_at"),
        Of("mark_changed_answer", "UPDATE", "messages", Differs(Answers), "OLD.sent_at", "NEW.sent_at"),
        Of("mark_new_session", "INSERT", "sessions", "true", "NEW.start_time"),
        Of("mark_erased_session", "DELETE", "sessions", "true", "OLD.start_time"),
        Of(
            "mark_changed_session",
            "UPDATE",
            "sessions",
            $"{Differs(Counted)} OR (OLD.end_time = {Never}) <> (NEW.end_time = {Never})",
            "OLD.start_time",
            "NEW.start_time"
        ),
        Of("mark_new_interval", "INSERT", "intervals", "NEW.ended > NEW.started", "NEW.started", "NEW.ended"),
        Of("mark_erased_interval", "DELETE", "intervals", "OLD.ended > OLD.started", "OLD.started", "OLD.ended"),
        Of(
            "mark_changed_interval",
            "UPDATE",
            "intervals",
            Differs(["started", "ended"]),
            "OLD.started",
            "OLD.ended",
            "NEW.started",
            "NEW.ended"
        ),
    ];

    /// <summary>The start of the minute of a moment in ticks.</summary>
    public static string MinuteOf(string moment) =>
        string.Create(CultureInfo.InvariantCulture, $"{moment} - {moment} % {TallyLevels.Minute}");

    private static string Differs(IEnumerable<string> columns) =>
        string.Join(" OR ", columns.Select(column => column == "response_time" ? DiffersOrNull(column) : $"OLD.{column} <> NEW.{column}"));

    private static string DiffersOrNull(string column) => $"coalesce(OLD.{column}, -1) <> coalesce(NEW.{column}, -1)";

    private static TallyTrigger Of(string name, string happening, string table, string condition, params string[] moments) =>
        new(
            name,
            happening,
            table,
            condition,
            string.Join(
                ' ',
                moments.Select(moment => $"INSERT INTO tally_marks (minute) SELECT {MinuteOf(moment)} WHERE {moment} <> {Never};")
            )
        );
}
