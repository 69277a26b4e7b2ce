namespace Chatbox.Node.Errors;

/// <summary>One thing that is wrong with the configuration. The message never holds a secret.</summary>
/// <param name="Key">The setting's name, or the path of an unknown entry in the file.</param>
public sealed record ConfigurationError(string Key, string Message)
{
    public override string ToString() => $"{Key}: {Message}";
}

/// <summary>Something that is set and will not do what its name promises, or that an operator should know at every start.</summary>
public sealed record ConfigurationWarning(string Key, string Message)
{
    public override string ToString() => $"{Key}: {Message}";
}

/// <summary>Everything that is wrong with the configuration, at once. The process that meets it ends with <see cref="ExitCode"/>.</summary>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationError> errors) : Exception(Report(errors))
{
    /// <summary>EX_CONFIG of BSD's sysexits.h.</summary>
    public const int ExitCode = 78;

    public IReadOnlyList<ConfigurationError> Errors { get; } = errors;

    private static string Report(IReadOnlyList<ConfigurationError> errors) =>
        string.Join('\n', errors.Select(error => $"  {error}").Prepend("The configuration is not usable:"));
}
