namespace Chatbox.Node.Operators;

/// <summary>Registers the server for <c>pbm</c>.</summary>
internal static class OperatorHosting
{
    /// <summary>Adds the server and its routes. Needs all other services of the node.</summary>
    public static IServiceCollection AddOperators(this IServiceCollection services, OperatorOptions options) =>
        services
            .AddSingleton(options)
            .AddSingleton<ClusterEndpoints>()
            .AddSingleton<ActorEndpoints>()
            .AddSingleton<LogEndpoints>()
            .AddSingleton<OperatorSessionEndpoints>()
            .AddSingleton<OperatorTakeoverEndpoints>()
            .AddSingleton<OperatorHelpEndpoints>()
            .AddSingleton<OperatorFileEndpoints>()
            .AddSingleton<UserEndpoints>()
            .AddSingleton<ModelEndpoints>()
            .AddSingleton<StoreEndpoints>()
            .AddSingleton<OperatorAuditEndpoints>()
            .AddSingleton<OperatorServer>()
            .AddHostedService(provider => provider.GetRequiredService<OperatorServer>());
}
