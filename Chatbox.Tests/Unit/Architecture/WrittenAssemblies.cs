namespace Chatbox.Tests.Unit.Architecture;

/// <summary>The assemblies that the architecture tests look at, by name.</summary>
internal static class WrittenAssemblies
{
    /// <summary>What people run or build upon.</summary>
    public static IReadOnlyList<string> Product { get; } =
    ["Chatbox.Messages", "Chatbox.Actors", "Chatbox.Persistence.MongoDb", "Chatbox.Node", "pbm", "Chatbox.Client"];

    /// <summary>The product, and what measures it.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Product, "Chatbox.Benchmarks"];
}
