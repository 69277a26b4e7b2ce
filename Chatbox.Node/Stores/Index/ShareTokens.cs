using System.Security.Cryptography;

namespace Chatbox.Node.Stores.Index;

/// <summary>Tokens that let anybody read a session.</summary>
internal static class ShareTokens
{
    private const int Bytes = 16;

    /// <summary>A fresh token of 32 hexadecimal digits.</summary>
    public static string Create() => RandomNumberGenerator.GetHexString(2 * Bytes, lowercase: true);
}
