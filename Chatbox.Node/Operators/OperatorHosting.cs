namespace Chatbox.Node.Operators;

internal static class OperatorHosting
{
    /// <summary>What <c>pbm</c> speaks to; needs the rest of the node.</summary>
    public static IServiceCollection AddOperators(this IServiceCollection services, OperatorOptions options) =>
        services
            .AddSingleton(options)
            .AddSingleton<ClusterEndpoints>()
            .AddSingleton<ActorEndpoints>()
            .AddSingleton<LogEndpoints>()
            .AddSingleton<OperatorSessionEndpoints>()
            .AddSingleton<UserEndpoints>()
            .AddSingleton<ModelEndpoints>()
            .AddSingleton<OperatorServer>()
            .AddHostedService(provider => provider.GetRequiredService<OperatorServer>());
}
