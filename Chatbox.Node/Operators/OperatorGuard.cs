using System.Net;
using System.Security.Cryptography;
using System.Text;
using Chatbox.Node.Endpoints.Bodies;

namespace Chatbox.Node.Operators;

/// <summary>Admits callers with the token or, if no token is configured, programs on this machine.</summary>
internal static class OperatorGuard
{
    private const string Scheme = "Bearer ";

    /// <param name="token"><c>OPERATOR_TOKEN</c>; empty if no token is required.</param>
    /// <returns>The refusal; null if the caller is admitted.</returns>
    public static IResult? Refuse(HttpContext http, string token)
    {
        // A web page in the browser of an operator must not send commands.
        if (http.Request.Headers.ContainsKey("Origin") || http.Request.Headers.ContainsKey("Sec-Fetch-Site"))
            return ErrorResponse.Forbidden("Web pages cannot send commands.");
        if (token.Length > 0)
            return Shows(http.Request.Headers.Authorization.ToString(), token)
                ? null
                : ErrorResponse.Unauthorized("The token of the node (OPERATOR_TOKEN) is required.");
        // DNS rebinding: a page can resolve its own name to this machine, but then sends its name as the host.
        return IsLoopback(http.Request.Host.Host) ? null : ErrorResponse.Forbidden("Commands are accepted at a loopback address only.");
    }

    private static bool Shows(string authorization, string token) =>
        authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(authorization[Scheme.Length..]), Encoding.UTF8.GetBytes(token));

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
