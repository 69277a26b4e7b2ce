using System.Security.Cryptography;
using System.Text;

namespace Chatbox.Node.Notifications;

/// <summary>The id of a recipient, which stands in the journal instead of an address.</summary>
internal static class TargetId
{
    public static string Of(string channel, string address) =>
        $"{channel}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address)).AsSpan(0, 8))}";
}
