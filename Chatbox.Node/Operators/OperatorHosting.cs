using Chatbox.Node.Configuration;

namespace Chatbox.Node.Operators;

internal static class OperatorHosting
{
    /// <summary>What <c>pbm</c> speaks to; needs the rest of the node.</summary>
    public static IServiceCollection AddOperators(this IServiceCollection services, OperatorOptions options) =>
        services
            .AddSingleton(options)
            .AddSingleton<ClusterRoutes>()
            .AddSingleton<ActorRoutes>()
            .AddSingleton<LogRoutes>()
            .AddSingleton<SessionRoutes>()
            .AddSingleton<UserRoutes>()
            .AddSingleton<ModelRoutes>()
            .AddSingleton<OperatorServer>()
            .AddHostedService(provider => provider.GetRequiredService<OperatorServer>());
}
