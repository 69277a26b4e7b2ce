using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Chatbox.Actors.Files;
using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models;

/// <summary>
/// Reads a file that a model returned: an address, a <c>data:</c> address with the bytes, or an object around one of them. Servers name the
/// members of such an object in many ways.
/// </summary>
internal static partial class ReturnedContentJson
{
    private const string Unnamed = FileTypes.Unknown;

    /// <summary>Reads the next value; null if it holds no file.</summary>
    public static AIContent? File(this ref Utf8JsonReader json)
    {
        json.Read();
        return json.FileHere();
    }

    /// <summary>Reads the current value like <see cref="File"/>.</summary>
    public static AIContent? FileHere(this ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String)
            return Read(json.ValueIsEscaped ? Unescaped(ref json) : json.ValueSpan);
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return null;
        }

        AIContent? file = null;
        byte[]? bytes = null;
        var (type, name) = (default(string), default(string));
        while (json.NextProperty())
        {
            if (json.Is("url"u8) || json.Is("image_url"u8) || json.Is("file_data"u8) || json.Is("source"u8) || json.Is("file"u8))
                file = json.File() ?? file;
            else if (json.Is("b64_json"u8) || json.Is("data"u8))
                bytes = Base64Of(ref json) ?? bytes;
            else if (json.Is("media_type"u8) || json.Is("mime_type"u8))
                type = json.Text();
            else if (json.Is("filename"u8))
                name = json.Text();
            else
                json.Pass();
        }

        if (file is null && bytes is not null)
            file = new DataContent(bytes, Usable(type));
        return Named(file, type, name);
    }

    /// <summary>The file behind an address; null if it is none.</summary>
    /// <param name="type">The media type as the provider names it; null for none.</param>
    /// <param name="name">The provider's name of the file; null for none.</param>
    public static AIContent? Of(string? address, string? type, string? name) =>
        address is { Length: > 0 } ? Named(Read(Encoding.UTF8.GetBytes(address)), type, name) : null;

    private static AIContent? Read(ReadOnlySpan<byte> address)
    {
        if (address.Length >= 5 && Ascii.EqualsIgnoreCase(address[..5], "data:"u8))
        {
            var comma = address.IndexOf((byte)',');
            if (comma < 0)
                return null;
            var head = Encoding.ASCII.GetString(address[5..comma]).Split(';');
            return head.Contains("base64", StringComparer.OrdinalIgnoreCase)
                ? new DataContent(Decoded(address[(comma + 1)..]), Usable(head[0]))
                : null;
        }

        return
            Uri.TryCreate(Encoding.UTF8.GetString(address), UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
            ? new UriContent(uri, FileTypes.OfName(uri.AbsolutePath))
            : null;
    }

    private static AIContent? Named(AIContent? file, string? type, string? name)
    {
        if (file is DataContent data && name is { Length: > 0 })
            data.Name = name;
        if (file is not UriContent address)
            return file;
        if (type is not null)
            address = new UriContent(address.Uri, Usable(type));
        if (name is { Length: > 0 })
            address.AdditionalProperties = new AdditionalPropertiesDictionary { [ModelCall.FileName] = name };
        return address;
    }

    private static byte[]? Base64Of(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
            return Decoded(json.ValueIsEscaped ? Unescaped(ref json) : json.ValueSpan);
        json.Skip();
        return null;
    }

    /// <summary>The bytes; none for what is no Base64, which the judge then refuses as an empty file.</summary>
    private static byte[] Decoded(ReadOnlySpan<byte> base64)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        return Base64.DecodeFromUtf8(base64, bytes, out _, out var length) == OperationStatus.Done ? bytes[..length] : [];
    }

    private static ReadOnlySpan<byte> Unescaped(ref Utf8JsonReader json)
    {
        var bytes = new byte[json.ValueSpan.Length];
        return bytes.AsSpan(0, json.CopyString(bytes));
    }

    private static string Usable(string? type) => type is not null && MediaType().IsMatch(type) ? type.ToLowerInvariant() : Unnamed;

    [GeneratedRegex(@"^[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,100}$")]
    private static partial Regex MediaType();
}
