namespace Chatbox.Node.Errors;

/// <summary>
/// The configuration is valid, but a port, folder, file or database that it names cannot be used now. The message names the setting and
/// the reason, and contains no secret.
/// </summary>
public sealed class StartupException(string key, string message, Exception? cause = null) : Exception($"{key}: {message}", cause)
{
    /// <summary>Exit code of a start that may succeed later, unlike a start with a wrong configuration.</summary>
    public const int ExitCode = 1;
}
