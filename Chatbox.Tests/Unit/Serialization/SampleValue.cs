using System.Collections.Immutable;
using System.Reflection;

namespace Chatbox.Tests.Unit.Serialization;

/// <summary>Builds sample values of message types from their constructors and properties, so that a new type needs no sample.</summary>
internal sealed class SampleValue
{
    private int _number;

    /// <summary>The emptiest value of a type: members are null where the type allows it, and otherwise zero or empty.</summary>
    public static object Empty(Type type)
    {
        var constructor = ConstructorOf(type);
        return constructor.Invoke([.. constructor.GetParameters().Select(EmptyArgument)]);
    }

    /// <summary>A value of a type with every member set, each to a value of its own: a row that leaves one out, or swaps two, is noticed.</summary>
    public static object Filled(Type type) => new SampleValue().Build(type);

    private static ConstructorInfo ConstructorOf(Type type) => type.GetConstructors().MaxBy(c => c.GetParameters().Length)!;

    private static object? EmptyArgument(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable)
            return null;
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(0);
        if (type == typeof(string))
            return "";
        if (IsCollection(type))
            return EmptyOf(type);
        return IsOurs(type) ? Empty(type) : Activator.CreateInstance(type);
    }

    private object Build(Type type)
    {
        var constructor = ConstructorOf(type);
        var value = constructor.Invoke([.. constructor.GetParameters().Select(parameter => Next(parameter.ParameterType))]);
        var fromConstructor = constructor.GetParameters().Select(parameter => parameter.Name).ToHashSet();
        foreach (var property in ValueText.Members(type).Where(p => p.SetMethod is { IsPublic: true } && !fromConstructor.Contains(p.Name)))
            property.SetValue(value, Next(property.PropertyType));
        return value;
    }

    private object Next(Type type)
    {
        var number = ++_number;
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Next(inner);
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(number % Enum.GetValues(type).Length)!;
        if (IsCollection(type))
            return FilledOf(type);
        if (type.IsAbstract)
            return Build(SubtypesOf(type).First());
        return type switch
        {
            _ when type == typeof(string) => $"Grüezi 🙂 {number}",
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) => number,
            _ when type == typeof(long) => long.MaxValue - number,
            _ when type == typeof(TimeSpan) => TimeSpan.FromTicks(123_456_789 + number),
            _ when type == typeof(DateTimeOffset) => GoldenValues.At.AddTicks(number),
            _ when type == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>([0xF0, 0x9F, (byte)number]),
            _ => Build(type),
        };
    }

    private object FilledOf(Type type)
    {
        if (type == typeof(ImmutableSortedDictionary<string, string>))
            return GoldenValues.Metadata;
        var item = type.GetGenericArguments()[0];
        var items = item.IsAbstract ? SubtypesOf(item).Select(Build).ToArray() : [Next(item), Next(item)];
        var add = type.GetMethod(nameof(ImmutableList<>.Add), [item])!;
        return items.Aggregate(EmptyOf(type), (list, added) => add.Invoke(list, [added])!);
    }

    private static IEnumerable<Type> SubtypesOf(Type type) =>
        type.Assembly.GetTypes().Where(t => !t.IsAbstract && t.IsAssignableTo(type)).OrderBy(t => t.Name, StringComparer.Ordinal);

    private static object EmptyOf(Type collection) => collection.GetField(nameof(ImmutableList<>.Empty))!.GetValue(null)!;

    private static bool IsCollection(Type type) => type is { IsGenericType: true, Namespace: "System.Collections.Immutable" };

    private static bool IsOurs(Type type) => type.Namespace!.StartsWith("Chatbox", StringComparison.Ordinal);
}
