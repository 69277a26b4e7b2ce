using System.Reflection;
using System.Reflection.Emit;

namespace Chatbox.Tests.Unit.Architecture;

/// <summary>Finds the types that a type uses: in its declaration, its members, its attributes and the code of its methods.</summary>
internal static class TypeReferences
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>
    /// Every type that <paramref name="type"/> names, without nested types of its own. Constants leave no trace in an assembly.
    /// </summary>
    public static IEnumerable<Type> Of(Type type) =>
        Named(type)
            .Concat(type.GetFields(Declared).Select(field => field.FieldType))
            .Concat(Methods(type).SelectMany(Signature))
            .Concat(Methods(type).SelectMany(Code))
            .SelectMany(Parts)
            .Distinct();

    private static IEnumerable<Type> Named(Type type) =>
        type.GetInterfaces()
            .Append(type.BaseType ?? typeof(object))
            .Concat(type.CustomAttributes.Select(attribute => attribute.AttributeType))
            .Concat(type.GetGenericArguments().SelectMany(argument => argument.GetGenericParameterConstraints()));

    private static IEnumerable<MethodBase> Methods(Type type) =>
        type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared));

    private static IEnumerable<Type> Signature(MethodBase method) =>
        method
            .GetParameters()
            .Select(parameter => parameter.ParameterType)
            .Append(method is MethodInfo { ReturnType: var returned } ? returned : typeof(void));

    /// <summary>A generic type is used with its arguments, an array with its elements.</summary>
    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
        : [type];

    private static IEnumerable<Type> Code(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
            return [];
        return body
            .LocalVariables.Select(local => local.LocalType)
            .Concat(body.ExceptionHandlingClauses.Where(c => c.Flags == ExceptionHandlingClauseOptions.Clause).Select(c => c.CatchType!))
            .Concat(Tokens(body.GetILAsByteArray()!).SelectMany(token => Resolve(method, token)));
    }

    private static IEnumerable<Type> Resolve(MethodBase method, int token)
    {
        var ofType = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var ofMethod = method is MethodInfo { IsGenericMethod: true } ? method.GetGenericArguments() : null;
        return method.Module.ResolveMember(token, ofType, ofMethod) switch
        {
            Type named => [named],
            FieldInfo field => [field.DeclaringType!, field.FieldType],
            MethodBase called => Signature(called)
                .Append(called.DeclaringType!)
                .Concat(called is MethodInfo { IsGenericMethod: true } ? called.GetGenericArguments() : []),
            _ => [],
        };
    }

    /// <summary>The metadata tokens of types, fields and methods in a method's code.</summary>
    private static List<int> Tokens(ReadOnlySpan<byte> code)
    {
        var tokens = new List<int>();
        for (var at = 0; at < code.Length; )
        {
            // Two-byte instructions begin with FE.
            var value = code[at] == 0xFE ? (short)((code[at] << 8) | code[at + 1]) : code[at];
            var instruction = OpCodesByValue[value];
            at += instruction.Size;
            switch (instruction.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    tokens.Add(BitConverter.ToInt32(code[at..]));
                    at += sizeof(int);
                    break;
                case OperandType.InlineSwitch:
                    at += sizeof(int) * (1 + BitConverter.ToInt32(code[at..]));
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    at += sizeof(byte);
                    break;
                case OperandType.InlineVar:
                    at += sizeof(short);
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    at += sizeof(long);
                    break;
                default:
                    at += sizeof(int);
                    break;
            }
        }

        return tokens;
    }
}
