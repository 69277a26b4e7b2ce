using System.Text.Json;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Chatbox.Node.Endpoints.Description;

/// <summary><c>{prefix}/openapi.json</c>: describes the mapped REST routes. The document is generated once.</summary>
internal static class ApiDocumentEndpoints
{
    private const string Name = "chatbox";
    private const string Bearer = "bearer";

    public static IServiceCollection AddChatboxApiDocument(this IServiceCollection services) =>
        services
            .AddSingleton<ApiDocumentText>()
            .ConfigureHttpJsonOptions(http =>
            {
                // Only the document uses these options: responses name their own.
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
                            // The routes are on the server of the document, whatever its address.
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

                            if (metadata.OfType<FileRequest>().Any())
                                operation.RequestBody = FileForm;
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

    private static OpenApiRequestBody FileForm =>
        new()
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["multipart/form-data"] = new()
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Required = new HashSet<string> { "file" },
                        Properties = new Dictionary<string, IOpenApiSchema>
                        {
                            ["file"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
                            ["session_id"] = new OpenApiSchema { Type = JsonSchemaType.String },
                        },
                    },
                },
            },
        };

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
            .Describe("Describe", "Returns this document.")
            .Answers<object>()
            .Refuses(429);

    /// <summary>The text of the document, generated at the first request.</summary>
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
