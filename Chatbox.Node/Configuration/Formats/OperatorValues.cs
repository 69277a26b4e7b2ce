using System.Security.Cryptography;
using Chatbox.Node.Operators;

namespace Chatbox.Node.Configuration.Formats;

/// <summary>The format of the operators with tokens of their own. No message contains a hash.</summary>
internal static class OperatorValues
{
    private const int HashLength = 2 * SHA256.HashSizeInBytes;

    /// <summary>Accounts with unique names and tokens.</summary>
    public static ValueFormat<IReadOnlyList<OperatorAccount>> Accounts { get; } =
        new("list: name:hash", raw => Read(raw.Text?.Split(',') ?? raw.Items), _ => "") { IsSecret = true };

    private static Parsed<IReadOnlyList<OperatorAccount>> Read(IReadOnlyList<string> items)
    {
        var accounts = new List<OperatorAccount>();
        for (var i = 0; i < items.Count; i++)
        {
            var (name, hash) = items[i].Trim().Split(':', 2) is [var before, var after] ? (before, after) : ("", "");
            if (!OperatorAccount.IsName(name))
                return Refused(
                    i,
                    $"is not name:hash with a name of 1 to {OperatorAccount.MaxName} ASCII letters, digits, dots, dashes, underscores or @"
                );
            if (hash.Length != HashLength || !hash.All(char.IsAsciiHexDigit))
                return Refused(
                    i,
                    $"has no hash of {HashLength} hexadecimal digits; make it with: printf %s \"$TOKEN\" | sha256sum | cut -c1-64"
                );
            var account = new OperatorAccount(name, Convert.FromHexString(hash));
            if (accounts.Any(other => other.Name == name))
                return Refused(i, "has the name of an earlier operator");
            if (accounts.Any(other => other.TokenHash.Span.SequenceEqual(account.TokenHash.Span)))
                return Refused(i, "has the token of an earlier operator");
            accounts.Add(account);
        }

        return new Parsed<IReadOnlyList<OperatorAccount>>(accounts, null);
    }

    private static Parsed<IReadOnlyList<OperatorAccount>> Refused(int item, string problem) =>
        Parsed<IReadOnlyList<OperatorAccount>>.Refused($"item {item + 1} {problem}");
}
