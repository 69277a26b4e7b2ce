namespace Chatbox.Tests;

/// <summary>A test that needs a program of the machine; without it the test is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactRequiresProgramAttribute : FactAttribute
{
    public FactRequiresProgramAttribute(string program) =>
        Skip = Requirements.OnPath(program) is null ? $"The program {program} is not installed." : null;
}
