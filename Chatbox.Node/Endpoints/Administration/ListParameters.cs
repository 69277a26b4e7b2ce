using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Node.Endpoints.Bodies;

namespace Chatbox.Node.Endpoints.Administration;

/// <summary>
/// Reads the parameters that lists for admins share. The first parameter that is wrong becomes <see cref="Refusal"/>; the values are valid only
/// without one.
/// </summary>
internal sealed class ListParameters(IQueryCollection parameters)
{
    private const int DefaultLimit = 100;
    private const int MaxUserId = 255;

    /// <summary>The response to the first parameter that is wrong; null if all are right so far.</summary>
    public ErrorResponse? Refusal { get; private set; }

    public string? Cursor => AdminQueries.Text(parameters, "cursor");

    public UserId? User(string name)
    {
        var text = AdminQueries.Text(parameters, name);
        if (text?.Length > MaxUserId)
            Refuse(name, $"at most {MaxUserId} characters");
        return text is null ? null : new UserId(text);
    }

    public SessionId? Session(string name)
    {
        if (AdminQueries.Text(parameters, name) is not { } text)
            return null;
        if (!PlacedSessionId.TryParse(text, out var session))
            Refuse(name, "the id of a session");
        return session;
    }

    /// <summary>One of these values; null if the parameter is absent.</summary>
    /// <param name="expected">What the refusal says of the values.</param>
    public string? OneOf(string name, IReadOnlyCollection<string> values, string expected)
    {
        var text = AdminQueries.Text(parameters, name);
        if (text is not null && !values.Contains(text))
            Refuse(name, expected);
        return text;
    }

    /// <inheritdoc cref="AdminQueries.Moment" />
    public DateTimeOffset? Moment(string name, bool isEnd)
    {
        var refusal = AdminQueries.Moment(parameters, name, isEnd, out var moment);
        Refusal ??= refusal;
        return moment;
    }

    public int Limit()
    {
        if (!QueryValues.TryLimit(AdminQueries.Text(parameters, "limit"), DefaultLimit, out var limit))
            Refuse("limit", "a whole number");
        return limit;
    }

    private void Refuse(string name, string expected) => Refusal ??= QueryValues.Refuse(name, expected);
}
