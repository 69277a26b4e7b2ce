using Chatbox.Messages;
using Chatbox.Node.Configuration;
using Chatbox.Node.Identity;

namespace Chatbox.Node;

/// <summary>Prints addresses and a valid token for developers.</summary>
internal static class Welcome
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromDays(1);

    /// <summary>Writes to the console directly, because the log would redact the token.</summary>
    public static void Print(WebApplication app, NodeOptions options)
    {
        var address = new Uri(app.Urls.First().Replace("[::]", "localhost")).GetLeftPart(UriPartial.Authority);
        var at = address + options.Server.PathPrefix;
        Console.WriteLine($"\nChatbox runs at {at}/ with {string.Join(", ", options.Models.Models.Select(m => m.Name))}.\n");
        if (options.Jwt.Authority is not null)
        {
            Console.WriteLine($"  Tokens come from {options.Jwt.Authority}.\n");
            return;
        }

        var issuer = new TokenIssuer(options.Jwt, TimeProvider.System);
        var alice = issuer.Issue(new UserId("alice"), [], "Alice", TokenLifetime);
        Console.WriteLine(
            $"""
              Chat as Alice  {at}/?token={alice}

              Socket         {at.Replace("http", "ws")}/ws?token=...
              Health         {at}/readyz
              Metrics        {at}/metrics/prometheus
              Other tokens   dotnet run --project Chatbox.Node -- token --user bob

            """
        );
    }
}
