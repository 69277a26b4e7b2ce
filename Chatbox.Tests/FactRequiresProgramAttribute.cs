namespace Chatbox.Tests;

/// <summary>A fact that needs a program on the path; skipped with a reason if the program is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactRequiresProgramAttribute : FactAttribute
{
    public FactRequiresProgramAttribute(string program) =>
        Skip = Requirements.OnPath(program) is null ? $"The program {program} is not installed." : null;
}
