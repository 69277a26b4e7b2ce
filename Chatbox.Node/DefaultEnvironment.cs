namespace Chatbox.Node;

/// <summary>
/// Reads <c>--default-environment Development</c> before all other arguments, which <c>dotnet run</c> passes (see the project file). It applies
/// if no environment variable names the environment. Without it, the default is Production.
/// </summary>
internal static class DefaultEnvironment
{
    private const string Argument = "--default-environment";

    /// <summary>Sets the name of the environment for this process, unless it is set, and returns the other arguments.</summary>
    public static string[] Take(string[] args)
    {
        if (args is not [Argument, var name, .. var rest])
            return args;
        if (!IsSet("ASPNETCORE_ENVIRONMENT") && !IsSet("DOTNET_ENVIRONMENT"))
            Environment.SetEnvironmentVariable("ASPNETCORE_ENVIRONMENT", name);
        return rest;
    }

    private static bool IsSet(string key) => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(key));
}
