namespace Chatbox.Node;

/// <summary>
/// <c>--default-environment Development</c> before all other arguments, which <c>dotnet run</c> passes (see the project file): where the
/// node runs if the environment does not say it. A node that is started without it is in Production.
/// </summary>
internal static class DefaultEnvironment
{
    private const string Argument = "--default-environment";

    /// <summary>Sets the environment's name for this process, unless it is set, and returns the other arguments.</summary>
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
