namespace Chatbox.Node.Errors;

/// <summary>One mistake in the configuration. The message never contains a secret.</summary>
/// <param name="Key">Name of the setting, or path of an unknown entry in the file.</param>
public sealed record ConfigurationError(string Key, string Message)
{
    public override string ToString() => $"{Key}: {Message}";
}

/// <summary>A setting that is valid but has no effect or is risky; logged at every start.</summary>
public sealed record ConfigurationWarning(string Key, string Message)
{
    public override string ToString() => $"{Key}: {Message}";
}

/// <summary>All mistakes in the configuration. A process that cannot continue because of them exits with <see cref="ExitCode"/>.</summary>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationError> errors) : Exception(Report(errors))
{
    /// <summary>EX_CONFIG of BSD's sysexits.h.</summary>
    public const int ExitCode = 78;

    public IReadOnlyList<ConfigurationError> Errors { get; } = errors;

    private static string Report(IReadOnlyList<ConfigurationError> errors) =>
        string.Join('\n', errors.Select(error => $"  {error}").Prepend("The configuration has mistakes:"));
}
