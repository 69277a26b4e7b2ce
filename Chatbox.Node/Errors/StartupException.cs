namespace Chatbox.Node.Errors;

/// <summary>
/// The configuration is sound, but what it names is not to be had: a port, a folder, a file. The message names the key and the reason,
/// and holds no secret.
/// </summary>
public sealed class StartupException(string key, string message, Exception? cause = null) : Exception($"{key}: {message}", cause)
{
    /// <summary>Not the code of a wrong configuration: tried again later, the same start may succeed.</summary>
    public const int ExitCode = 1;
}
