using System.Net;
using System.Security.Cryptography;
using System.Text;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Identity;

namespace Chatbox.Node.Operators;

/// <summary>Admits callers with a token or, if no token is configured, programs on this machine, and gives each request its operator.</summary>
internal static class OperatorGuard
{
    /// <summary>The header with the name of an operator without a token of their own, escaped as in addresses.</summary>
    public const string NameHeader = "Chatbox-Operator";

    private const string Scheme = "Bearer ";

    /// <summary>The user id of an operator of whom nothing is known, and what comes before the name of any other.</summary>
    private const string Prefix = "operator";

    /// <returns>The refusal; null if the caller is admitted.</returns>
    public static IResult? Refuse(HttpContext http, OperatorOptions options)
    {
        // A web page in the browser of an operator must not send commands.
        if (http.Request.Headers.ContainsKey("Origin") || http.Request.Headers.ContainsKey("Sec-Fetch-Site"))
            return ErrorResponse.Forbidden("Web pages cannot send commands.");
        if (options.NeedsToken)
            return RefuseToken(http, options);
        // DNS rebinding: a page can resolve its own name to this machine, but then sends its name as the host.
        return IsLoopback(http.Request.Host.Host)
            ? Admit(http)
            : ErrorResponse.Forbidden("Commands are accepted at a loopback address only.");
    }

    private static IResult? RefuseToken(HttpContext http, OperatorOptions options)
    {
        var authorization = http.Request.Headers.Authorization.ToString();
        var token = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..] : "";
        if (options.Accounts.FirstOrDefault(account => account.Has(token)) is { } known)
        {
            Admit(http, known.Name, isVerified: true);
            return null;
        }

        return options.Token.Length > 0 && IsSame(token, options.Token)
            ? Admit(http)
            : ErrorResponse.Unauthorized("A token of an operator (OPERATOR_TOKEN, OPERATOR_ACCOUNTS) is required.");
    }

    /// <summary>Admits a caller under the name that <c>pbm</c> tells; null, or the refusal of a name that cannot be one.</summary>
    private static ErrorResponse? Admit(HttpContext http)
    {
        var told = Uri.UnescapeDataString(http.Request.Headers[NameHeader].ToString());
        if (told.Length > OperatorAccount.MaxName || told.Any(char.IsControl))
            return QueryValues.Refuse(NameHeader, $"a name of at most {OperatorAccount.MaxName} characters without control characters");
        Admit(http, told, isVerified: false);
        return null;
    }

    private static void Admit(HttpContext http, string name, bool isVerified)
    {
        // The prefix keeps operators apart from users of the same name.
        var id = new UserId(name.Length == 0 ? Prefix : $"{Prefix}:{name}");
        http.Features.Set(new TokenIdentity(id, "Operator", ["admin"], null));
        http.Features.Set(new OperatorMark(isVerified));
    }

    private static bool IsSame(string token, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(expected));

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
