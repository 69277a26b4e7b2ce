using System.Text.Json;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Chatbox.Node.Endpoints.Description;

/// <summary><c>{prefix}/openapi.json</c>: the REST routes as they are mapped, written once and kept.</summary>
internal static class ApiDocumentEndpoints
{
    private const string Name = "chatbox";
    private const string Bearer = "bearer";

    public static IServiceCollection AddChatboxApiDocument(this IServiceCollection services) =>
        services
            .AddSingleton<ApiDocumentText>()
            .ConfigureHttpJsonOptions(http =>
            {
                // Only the document reads these: answers name their own.
                http.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
                http.SerializerOptions.TypeInfoResolverChain.Insert(0, ErrorJson.Default);
            })
            .AddOpenApi(
                Name,
                options =>
                {
                    options.AddDocumentTransformer(
                        (document, _, _) =>
                        {
                            document.Info = new OpenApiInfo { Title = "Chatbox", Version = "1" };
                            // The document is served next to what it describes, wherever that is.
                            document.Servers = [new OpenApiServer { Url = "/" }];
                            document.Components ??= new OpenApiComponents();
                            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                            {
                                [Bearer] = new OpenApiSecurityScheme
                                {
                                    Type = SecuritySchemeType.Http,
                                    Scheme = Bearer,
                                    BearerFormat = "JWT",
                                },
                            };
                            return Task.CompletedTask;
                        }
                    );
                    options.AddOperationTransformer(
                        async (operation, context, cancellationToken) =>
                        {
                            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
                            if (metadata.OfType<OptionalRequest>().LastOrDefault() is { } request)
                            {
                                var schema = await context.GetOrCreateSchemaAsync(request.Type, null, cancellationToken);
                                operation.RequestBody = new OpenApiRequestBody
                                {
                                    Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = schema } },
                                };
                            }

                            var access = metadata.OfType<RouteAccess>().LastOrDefault();
                            if (access is not null && access.Caller != RouteCaller.Anybody)
                                operation.Security =
                                [
                                    new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] },
                                ];
                        }
                    );
                }
            );

    public static void MapChatboxApiDocument(this IEndpointRouteBuilder app, string prefix) =>
        app.MapGet(
                $"{prefix}/openapi.json",
                async (HttpContext http, ApiDocumentText text) =>
                {
                    http.Response.Headers.CacheControl = "no-cache";
                    return Results.Text(await text.Get(http.RequestAborted), ErrorResponse.JsonType);
                }
            )
            .ForAnybody()
            .Describe("Describe", "This document.")
            .Answers<object>()
            .Refuses(429);

    /// <summary>The document, made when it is first asked for.</summary>
    internal sealed class ApiDocumentText([FromKeyedServices(Name)] IOpenApiDocumentProvider provider)
    {
        private volatile string? _text;

        public async Task<string> Get(CancellationToken cancellationToken) =>
            _text ??= await (await provider.GetOpenApiDocumentAsync(cancellationToken)).SerializeAsJsonAsync(
                OpenApiSpecVersion.OpenApi3_1,
                cancellationToken
            );
    }
}
