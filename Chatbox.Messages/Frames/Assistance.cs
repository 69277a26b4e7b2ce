namespace Chatbox.Messages.Frames;

/// <summary>What <c>connection_status</c> says about people who help in a session. The default says nothing. Protocol section 5.</summary>
public readonly record struct Assistance
{
    /// <summary>The admin who holds the session; null if nobody does.</summary>
    public UserId? AdminId { get; init; }

    /// <summary>The name of that admin, as people see it.</summary>
    public string? AdminName { get; init; }

    /// <summary>The user has asked for help, and nobody has answered yet.</summary>
    public bool HelpRequested { get; init; }

    /// <summary>The owner of the session, for a viewer that is an admin; null for the owner's own viewers.</summary>
    public UserId? OwnerId { get; init; }

    /// <summary>The viewer is the admin who holds the session. Means something only with <see cref="OwnerId"/>.</summary>
    public bool IsHolder { get; init; }

    /// <summary>The entries of <c>metadata</c>.</summary>
    internal IEnumerable<(string Key, string Value)> Metadata
    {
        get
        {
            if (AdminId is { } admin)
                yield return ("admin_id", admin.Value);
            if (AdminName is { } name)
                yield return ("admin_name", name);
            if (HelpRequested)
                yield return ("help_requested", "true");
            if (OwnerId is not { } owner)
                yield break;
            yield return ("owner_id", owner.Value);
            yield return ("role", IsHolder ? "holder" : "watcher");
        }
    }
}
