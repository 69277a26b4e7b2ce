using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Chatbox.Actors.Models;

namespace Chatbox.Node.Models.OpenAi;

/// <summary>Writes files as parts of a message: images as <c>image_url</c>, documents as <c>file</c>, both with the bytes in a data address.</summary>
internal static class OpenAiParts
{
    public static void Write(Utf8JsonWriter json, GivenFile file)
    {
        if (file.IsImage)
        {
            json.WriteString("type"u8, "image_url"u8);
            json.WriteStartObject("image_url"u8);
            json.WriteString("url"u8, DataAddress(file));
        }
        else
        {
            json.WriteString("type"u8, "file"u8);
            json.WriteStartObject("file"u8);
            json.WriteString("filename"u8, file.File.Name);
            json.WriteString("file_data"u8, DataAddress(file));
        }

        json.WriteEndObject();
    }

    private static ReadOnlySpan<byte> DataAddress(GivenFile file)
    {
        var head = Encoding.ASCII.GetBytes($"data:{file.MimeType};base64,");
        var address = new byte[head.Length + Base64.GetMaxEncodedToUtf8Length(file.Bytes.Length)];
        head.CopyTo(address, 0);
        Base64.EncodeToUtf8(file.Bytes.Span, address.AsSpan(head.Length), out _, out var written);
        return address.AsSpan(0, head.Length + written);
    }
}
