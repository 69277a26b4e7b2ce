using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Serializers;

namespace Chatbox.Node.Import;

/// <summary>Reads fields of the documents of the replaced service leniently.</summary>
internal static class OldValues
{
    // Limits of metadata: protocol section 4.
    private const int MaxKeys = 50;
    private const int MaxValue = 1_000;

    /// <summary>Upper bound of numbers, so that sums over all sessions cannot overflow.</summary>
    private const double MaxNumber = 1e15;

    private static readonly UTF8Encoding Lenient = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    /// <summary>Reads a document. Invalid UTF-8 is replaced, and the last of several fields with the same name counts.</summary>
    /// <exception cref="FormatException">The bytes are no BSON document.</exception>
    public static BsonDocument Document(byte[] bytes)
    {
        try
        {
            var stream = new ByteBufferStream(new ByteArrayBuffer(bytes, isReadOnly: true));
            using var reader = new BsonBinaryReader(stream, new BsonBinaryReaderSettings { Encoding = Lenient });
            return BsonDocumentSerializer.Instance.Deserialize(
                BsonDeserializationContext.CreateRoot(reader, builder => builder.AllowDuplicateElementNames = true)
            );
        }
        // The BSON reader throws many kinds of exceptions for invalid bytes.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new FormatException("is no BSON document", e);
        }
    }

    public static BsonValue Field(this BsonDocument document, string name) => document.GetValue(name, BsonNull.Value);

    /// <summary>Trimmed text without NUL characters; null if empty.</summary>
    public static string? Text(this BsonDocument document, string name) =>
        document.Field(name) is BsonString text && Clean(text.Value).Trim() is { Length: > 0 } clean ? clean : null;

    public static bool Flag(this BsonDocument document, string name) =>
        document.Field(name) switch
        {
            BsonBoolean flag => flag.Value,
            var value => Number(value) is not (0 or null),
        };

    /// <summary>A number of any type, at least 0; 0 for other values.</summary>
    public static long Count(this BsonDocument document, string name) => (long)Math.Clamp(Number(document.Field(name)) ?? 0, 0, MaxNumber);

    /// <summary>A time; null for other values, and for the earliest time, which means no time.</summary>
    public static DateTimeOffset? Moment(this BsonDocument document, string name) =>
        document.Field(name) switch
        {
            BsonDateTime date => FromUnix(date.MillisecondsSinceEpoch),
            BsonTimestamp stamp => FromUnix(stamp.Timestamp * 1_000L),
            BsonString text
                when DateTimeOffset.TryParse(text.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) =>
                FromUnix(moment.ToUnixTimeMilliseconds()),
            var value => Number(value) is { } milliseconds ? FromUnix((long)Math.Clamp(milliseconds, 0, MaxNumber)) : null,
        };

    /// <summary>Metadata as texts, within the limits of metadata that clients may send.</summary>
    public static ImmutableSortedDictionary<string, string> Metadata(this BsonDocument document, string name)
    {
        var metadata = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (document.Field(name) is BsonDocument fields)
            foreach (var field in fields.Where(field => !field.Value.IsBsonNull).Take(MaxKeys))
                metadata[Shorten(Clean(field.Name), MaxValue)] = Shorten(Clean(Show(field.Value)), MaxValue);
        return metadata.ToImmutable();
    }

    public static string Clean(string text) => text.Replace("\0", "", StringComparison.Ordinal);

    /// <summary>Truncates a text without splitting a surrogate pair.</summary>
    public static string Shorten(string text, int most) =>
        text.Length <= most ? text
        : char.IsHighSurrogate(text[most - 1]) ? text[..(most - 1)]
        : text[..most];

    private static DateTimeOffset? FromUnix(long milliseconds) =>
        milliseconds > 0 && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;

    private static double? Number(BsonValue value) =>
        value switch
        {
            BsonInt32 number => number.Value,
            BsonInt64 number => number.Value,
            BsonDouble { Value: var number } when double.IsFinite(number) => number,
            BsonDecimal128 { Value: var number } when double.IsFinite(Decimal128.ToDouble(number)) => Decimal128.ToDouble(number),
            _ => null,
        };

    private static string Show(BsonValue value) =>
        value switch
        {
            BsonString text => text.Value,
            BsonBoolean flag => flag.Value ? "true" : "false",
            BsonInt32 or BsonInt64 => value.ToInt64().ToString(CultureInfo.InvariantCulture),
            BsonDouble number => number.Value.ToString("R", CultureInfo.InvariantCulture),
            BsonDateTime date when FromUnix(date.MillisecondsSinceEpoch) is { } moment => moment.ToString(
                "O",
                CultureInfo.InvariantCulture
            ),
            _ => value.ToJson(new JsonWriterSettings { OutputMode = JsonOutputMode.RelaxedExtendedJson }),
        };
}
