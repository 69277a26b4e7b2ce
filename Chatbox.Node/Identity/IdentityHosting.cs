using Chatbox.Actors.Connections.Tokens;

namespace Chatbox.Node.Identity;

/// <summary>Registers what decides whose tokens are accepted and which pages may open sockets.</summary>
internal static class IdentityHosting
{
    /// <summary>
    /// Adds the token validator, the withdrawn tokens and the origin policy. Add the index before: it creates the table of withdrawals,
    /// which the node reads when it starts.
    /// </summary>
    public static IServiceCollection AddChatboxIdentity(this IServiceCollection services, JwtOptions options, OriginPolicy origins)
    {
        if (options.Authority is { } authority)
            services.AddSingleton(provider => new AuthorityKeys(
                authority,
                new HttpClient(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<AuthorityKeys>>()
            ));
        return services
            .AddSingleton<WithdrawnTokens>()
            .AddSingleton(provider => new TokenValidator(
                options,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetService<AuthorityKeys>(),
                provider.GetRequiredService<WithdrawnTokens>()
            ))
            .AddSingleton<ITokenVerifier, SocketTokens>()
            .AddSingleton(origins)
            .AddSingleton<WithdrawalFeed>()
            .AddHostedService(provider => provider.GetRequiredService<WithdrawalFeed>());
    }
}
