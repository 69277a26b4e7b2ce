namespace Chatbox.Node.Errors;

/// <summary>
/// The configuration is valid, but a port, folder, file or database that it names cannot be used now. The message names the setting and
/// the reason, and contains no secret.
/// </summary>
public sealed class StartupException(string key, string message, Exception? cause = null) : Exception($"{key}: {message}", cause)
{
    /// <summary>
    /// Whether the cause may pass without anybody's help: the store does not answer, or takes no connection now. A node waits for it
    /// (<c>STORE_WAIT</c>).
    /// </summary>
    public bool MayPass { get; init; }

    /// <summary>The same failure after a node has waited in vain.</summary>
    public StartupException After(TimeSpan wait) => new(key, $"{message}. The node has waited for {wait} (STORE_WAIT)", InnerException);

    /// <summary>Exit code of a start that may succeed later, unlike a start with a wrong configuration.</summary>
    public const int ExitCode = 1;
}
