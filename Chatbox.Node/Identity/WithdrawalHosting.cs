using Chatbox.Actors.Index;
using Chatbox.Node.Endpoints;

namespace Chatbox.Node.Identity;

/// <summary>What withdraws tokens.</summary>
internal static class WithdrawalHosting
{
    /// <summary>Needs the index, which must be added before: its tables are there when the withdrawals are read.</summary>
    public static IServiceCollection AddTokenWithdrawals(this IServiceCollection services) =>
        services
            // The tables of both are one database's.
            .AddSingleton(provider => (ITokenWithdrawals)provider.GetRequiredService<ISessionIndex>())
            .AddSingleton<WithdrawalFeed>()
            .AddSingleton<UserDisconnection>()
            .AddHostedService(provider => provider.GetRequiredService<WithdrawalFeed>())
            .ConfigureHttpJsonOptions(http => http.SerializerOptions.TypeInfoResolverChain.Insert(0, AdministrationJson.Default));
}
