namespace Chatbox.Tests;

/// <summary>A test that needs a program of the machine; without it the test is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactRequiresProgramAttribute : FactAttribute
{
    public FactRequiresProgramAttribute(string program)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, program))))
            Skip = $"The program {program} is not installed.";
    }
}
