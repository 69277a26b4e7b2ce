using MongoDB.Bson;

namespace Chatbox.Persistence.MongoDb;

/// <summary>
/// Bytes in a field that the public package declares as an object: the driver puts a document with the type's name around them, and cannot
/// read bytes there that stand alone.
/// </summary>
internal static class BoxedBytes
{
    private const string Type = "_t";
    private const string Value = "_v";

    /// <summary>With the assembly, as the public package's own convention has it; the driver's has the part before the comma.</summary>
    private const string TypeName = "System.Byte[], System.Private.CoreLib";

    private const string ShortTypeName = "System.Byte[]";

    public static BsonDocument Box(byte[] bytes) => new() { { Type, TypeName }, { Value, new BsonBinaryData(bytes) } };

    /// <summary>Null for anything but bytes; those that stand alone are taken, too.</summary>
    public static byte[]? Unbox(BsonValue value) =>
        value switch
        {
            BsonBinaryData alone => alone.Bytes,
            BsonDocument box when IsBytes(box.GetValue(Type, "")) => (box.GetValue(Value, BsonNull.Value) as BsonBinaryData)?.Bytes,
            _ => null,
        };

    private static bool IsBytes(BsonValue type) =>
        type.IsString && type.AsString.Split(',', StringSplitOptions.TrimEntries)[0] == ShortTypeName;
}
