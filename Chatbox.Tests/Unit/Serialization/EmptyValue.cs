using System.Collections.Immutable;
using System.Reflection;

namespace Chatbox.Tests.Unit.Serialization;

/// <summary>Builds the emptiest value of a message type: members are null where the type allows it, and otherwise zero or empty.</summary>
internal static class EmptyValue
{
    public static object Of(Type type)
    {
        var constructor = type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select(Argument)]);
    }

    private static object? Argument(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (Nullable.GetUnderlyingType(type) is not null)
            return null;
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(0);
        if (type == typeof(ImmutableSortedDictionary<string, string>))
            return ImmutableSortedDictionary<string, string>.Empty;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
            return type.GetField(nameof(ImmutableArray<>.Empty))!.GetValue(null);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableList<>))
            return type.GetField(nameof(ImmutableList<>.Empty))!.GetValue(null);
        if (new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable)
            return null;
        if (type == typeof(string))
            return "";
        return type.Namespace!.StartsWith("Chatbox", StringComparison.Ordinal) ? Of(type) : Activator.CreateInstance(type);
    }
}
