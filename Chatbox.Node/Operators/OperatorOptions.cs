using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Chatbox.Node.Operators;

/// <summary>Address of the port for <c>pbm</c>, and who may use it.</summary>
/// <param name="Host"><c>OPERATOR_HOST</c>.</param>
/// <param name="Port"><c>OPERATOR_PORT</c>; 0 selects a free port.</param>
/// <param name="Token"><c>OPERATOR_TOKEN</c>, which several operators may share; empty for none.</param>
public sealed record OperatorOptions(IPAddress Host, int Port, string Token)
{
    /// <summary><c>OPERATOR_ACCOUNTS</c>: the operators who have a token of their own.</summary>
    public IReadOnlyList<OperatorAccount> Accounts { get; init; } = [];

    /// <summary>Whether <c>pbm</c> must present a token.</summary>
    public bool NeedsToken => Token.Length > 0 || Accounts.Count > 0;

    // The generated text of a record would put the token into logs.
    public override string ToString() => $"operators at {Host}:{Port}";
}

/// <summary>An operator with a token of their own.</summary>
/// <param name="Name">1 to 64 letters, digits, dots, dashes, underscores or @.</param>
/// <param name="TokenHash">SHA-256 of the token, so that the configuration does not hold it.</param>
public sealed record OperatorAccount(string Name, ReadOnlyMemory<byte> TokenHash)
{
    public const int MaxName = 64;

    public static bool IsName(string text) =>
        text.Length is > 0 and <= MaxName && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '@');

    public bool Has(string token) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token)), TokenHash.Span);
}
