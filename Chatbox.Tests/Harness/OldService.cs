using System.Security.Cryptography;
using System.Text;
using MongoDB.Bson;

namespace Chatbox.Tests.Harness;

/// <summary>Documents in the format of the replaced service. Protocol section 10.</summary>
internal static class OldService
{
    public const string KeyText = "hex:8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b8e73b0f7da0e6452";

    public static readonly byte[] Key = Convert.FromHexString(KeyText["hex:".Length..]);

    public static readonly DateTime Start = new(2025, 3, 1, 8, 0, 0, DateTimeKind.Utc);

    /// <summary>A new session id.</summary>
    public static string NewId() => Guid.NewGuid().ToString("n");

    /// <summary>Encrypts as the replaced service did: Base64 of nonce, ciphertext and tag.</summary>
    public static string Seal(byte[] text, byte[]? key = null)
    {
        var (nonce, content, tag) = (RandomNumberGenerator.GetBytes(12), new byte[text.Length], new byte[16]);
        using var aes = new AesGcm(key ?? Key, tag.Length);
        aes.Encrypt(nonce, text, content, tag);
        return Convert.ToBase64String([.. nonce, .. content, .. tag]);
    }

    public static string Seal(string text) => Seal(Encoding.UTF8.GetBytes(text));

    /// <summary>A message that was sent <paramref name="minute"/> minutes after the start of the session.</summary>
    public static BsonDocument Message(string sender, string text, int minute) =>
        new()
        {
            { "content", Seal(text) },
            { "ts", Start.AddMinutes(minute) },
            { "sender", sender },
        };

    /// <summary>A session that has not ended, with the required fields only.</summary>
    public static BsonDocument Session(string id, string user, params BsonDocument[] messages) =>
        new()
        {
            { "_id", id },
            { "uid", user },
            { "nm", "Old talk" },
            { "modelId", "one" },
            { "msgs", new BsonArray(messages) },
            { "ts", Start },
        };

    /// <summary>An ended session of one question and its answer.</summary>
    public static BsonDocument Short(string id, string user)
    {
        var session = Session(id, user, Message("user", $"question of {id}", 1), Message("ai", $"answer to {id}", 2));
        session["endTs"] = Start.AddMinutes(3);
        return session;
    }

    /// <summary>The documents one after the other, as <c>mongodump</c> writes a collection.</summary>
    public static byte[] Dump(params IEnumerable<BsonDocument> documents) => [.. documents.SelectMany(document => document.ToBson())];
}
