using System.CommandLine;
using System.CommandLine.Parsing;
using Chatbox.Messages;
using Chatbox.Node.Configuration;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Errors;
using Chatbox.Node.Identity;

namespace Chatbox.Node;

/// <summary>
/// <c>token --user alice [--role admin]… [--name …] [--ttl 24h]</c>: prints a token that is signed with the configured secret, and nothing else,
/// on standard output.
/// </summary>
public static class TokenCommand
{
    public const string Name = "token";

    /// <summary>The command with the configuration of this process and the system clock.</summary>
    public static Command Build() => Build(ConfigurationLoader.Load, TimeProvider.System);

    /// <inheritdoc cref="Build()" />
    internal static Command Build(Func<NodeOptions> load, TimeProvider clock)
    {
        var user = new Option<string>("--user") { Description = "Id of the user, at most 255 characters.", Required = true };
        var roles = new Option<string[]>("--role")
        {
            Description = "Role of the user, such as admin; may be repeated.",
            DefaultValueFactory = _ => [],
        };
        var name = new Option<string?>("--name") { Description = "Display name. Default: the id of the user." };
        var ttl = new Option<string>("--ttl")
        {
            Description = "Lifetime of the token, such as 24h or 90m, from 1s to 87600h.",
            DefaultValueFactory = _ => "24h",
        };
        var command = new Command(Name, "Prints a signed token for a user.") { user, roles, name, ttl };
        user.Validators.Add(RefuseUnusable);
        name.Validators.Add(RefuseUnusable);
        ttl.Validators.Add(result =>
        {
            if (result.Tokens is [var given] && TryReadLifetime(given.Value, out _) is { } problem)
                result.AddError($"--ttl {problem}.");
        });
        command.SetAction(result =>
        {
            _ = TryReadLifetime(result.GetValue(ttl)!, out var lifetime);
            var output = result.InvocationConfiguration;
            return Run(
                load,
                jwt =>
                    new TokenIssuer(jwt, clock).Issue(
                        new UserId(result.GetValue(user)!),
                        result.GetValue(roles)!,
                        result.GetValue(name),
                        lifetime
                    ),
                output.Output,
                output.Error
            );
        });
        return command;
    }

    private static int Run(Func<NodeOptions> load, Func<JwtOptions, string> issue, TextWriter output, TextWriter error)
    {
        try
        {
            var jwt = load().Jwt;
            if (jwt.Authority is not null)
            {
                error.WriteLine($"JWT_AUTHORITY is set: {jwt.Authority.Host} issues the tokens, and this node signs none.");
                return 1;
            }

            output.WriteLine(issue(jwt));
            return 0;
        }
        catch (ConfigurationException e)
        {
            error.WriteLine(e.Message);
            return ConfigurationException.ExitCode;
        }
    }

    private static void RefuseUnusable(OptionResult result)
    {
        if (result.Tokens is [var given] && !IsUsable(given.Value))
            result.AddError($"{result.Option.Name} must have 1 to 255 characters and no control characters.");
    }

    private static bool IsUsable(string text) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= TokenIdentity.MaxLength && !text.Any(char.IsControl);

    private static string? TryReadLifetime(string text, out TimeSpan lifetime)
    {
        if (!GoDuration.TryParse(text, out lifetime, out var problem))
            return $"{text} {problem}";
        return lifetime < TimeSpan.FromSeconds(1) || lifetime > TimeSpan.FromHours(87_600) ? $"{text} is not within 1s to 87600h" : null;
    }
}
