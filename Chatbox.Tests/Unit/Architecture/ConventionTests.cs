using System.Reflection;

namespace Chatbox.Tests.Unit.Architecture;

/// <summary>Names that mean the same everywhere in production code.</summary>
public sealed class ConventionTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Type[] Types =
    [
        .. WrittenAssemblies
            .Product.SelectMany(name => Assembly.Load(name).GetTypes())
            .Where(type => type.Namespace?.StartsWith("Chatbox", StringComparison.Ordinal) == true && IsWritten(type)),
    ];

    /// <summary>
    /// Nearly every method here is asynchronous, so the suffix says nothing. It stays where a framework dictates the name, and beside a
    /// synchronous method of the same name.
    /// </summary>
    [Fact]
    public void Methods_have_no_async_suffix()
    {
        const string suffix = "Async";
        var offenders =
            from type in Types
            from method in type.GetMethods(Declared)
            where IsWritten(method) && method.Name.EndsWith(suffix, StringComparison.Ordinal)
            where !IsDictated(method) && !IsMiddleware(method)
            where type.GetMethods(Declared).All(other => other.Name != method.Name[..^suffix.Length])
            select $"{type}.{method.Name}";

        AssertNone(offenders);
    }

    [Fact]
    public void Cancellation_parameters_are_called_cancellationToken()
    {
        var offenders =
            from type in Types
            from method in type.GetMethods(Declared).Where(method => !IsDictated(method)).Concat<MethodBase>(type.GetConstructors(Declared))
            where IsWritten(method)
            from parameter in method.GetParameters()
            where parameter.ParameterType == typeof(CancellationToken) && parameter.Name != "cancellationToken"
            select $"{type}.{method.Name}({parameter.Name})";

        AssertNone(offenders);
    }

    /// <summary>Whether a person, not the compiler, chose the name: lambdas and state machines have names with angle brackets.</summary>
    private static bool IsWritten(MemberInfo member) =>
        !member.Name.Contains('<') && (member.DeclaringType is not { } outer || IsWritten(outer));

    private static bool IsDictated(MethodInfo method) =>
        IsForeign(method.GetBaseDefinition().DeclaringType!)
        || method
            .DeclaringType!.GetInterfaces()
            .Where(IsForeign)
            .Any(port => !method.DeclaringType.IsInterface && method.DeclaringType.GetInterfaceMap(port).TargetMethods.Contains(method));

    private static bool IsForeign(Type type) => type.Namespace?.StartsWith("Chatbox", StringComparison.Ordinal) != true;

    /// <summary>ASP.NET finds the method of a middleware by its name.</summary>
    private static bool IsMiddleware(MethodInfo method) =>
        method.Name == "InvokeAsync" && method.GetParameters() is [{ ParameterType.Name: "HttpContext" }, ..];

    private static void AssertNone(IEnumerable<string> offenders)
    {
        var found = string.Join("\n", offenders.Distinct().Order());
        Assert.True(found.Length == 0, found);
    }
}
