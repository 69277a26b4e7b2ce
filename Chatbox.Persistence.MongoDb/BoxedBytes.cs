using MongoDB.Bson;

namespace Chatbox.Persistence.MongoDb;

/// <summary>
/// Converts bytes to and from a field that Akka.Persistence.MongoDb declares as an object. The driver stores such bytes in a document with
/// the name of the type, and cannot read them without it.
/// </summary>
internal static class BoxedBytes
{
    private const string Type = "_t";
    private const string Value = "_v";

    /// <summary>
    /// The type's name with its assembly, as Akka.Persistence.MongoDb writes it. The driver's own convention omits the assembly.
    /// </summary>
    private const string TypeName = "System.Byte[], System.Private.CoreLib";

    private const string ShortTypeName = "System.Byte[]";

    public static BsonDocument Box(byte[] bytes) => new() { { Type, TypeName }, { Value, new BsonBinaryData(bytes) } };

    /// <summary>Returns the bytes, boxed or not; null for any other value.</summary>
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
