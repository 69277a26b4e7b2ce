using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Edge;
using Chatbox.Node.Identity;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Chatbox.Node.Endpoints;

/// <summary>
/// Serves the web pages, which are embedded in this assembly, below the path prefix. The hash of a file is its strong ETag, and browsers
/// revalidate each use, so that a page never runs with scripts of another version.
/// </summary>
public static class PageEndpoints
{
    private const string Root = "wwwroot/";
    private const string Index = "index.html";
    private const string Diagram = "diagram.html";

    /// <param name="parentOrigins">Sources as in <c>PARENT_ORIGINS</c>; the pages take a token from their own origin too.</param>
    /// <param name="starterPrompts">Prompts that the chat page offers for a new conversation.</param>
    /// <param name="uploadLimit">Most bytes of a file that people can send; 0 if the node takes none.</param>
    public static void MapChatboxPages(
        this IEndpointRouteBuilder app,
        string prefix,
        IReadOnlyList<string>? parentOrigins = null,
        IReadOnlyList<string>? starterPrompts = null,
        long uploadLimit = 0
    )
    {
        var facts = new Dictionary<string, string>
        {
            ["parent-origins"] = string.Join(' ', parentOrigins ?? []),
            ["starter-prompts"] = string.Join('\n', starterPrompts ?? []),
            ["upload-limit"] = uploadLimit.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var page in Load(facts))
        {
            var route = Map(app, $"{prefix}/{page.Name}", page.Serve);
            if (page.Name == Diagram)
                route.WithMetadata(new DiagramEndpoint());
            if (page.Name == Index)
            {
                // The route matches with and without the slash, but relative addresses of assets need the slash.
                Map(app, $"{prefix}/", context => context.Request.Path.Value!.EndsWith('/') ? page.Serve(context) : AddSlash(context));
            }
        }
    }

    private static IEndpointConventionBuilder Map(IEndpointRouteBuilder app, string pattern, RequestDelegate serve) =>
        app.MapMethods(pattern, ["GET", "HEAD"], serve).WithMetadata(new PageEndpoint()).ForAnybody().ExcludeFromDescription();

    private static Task AddSlash(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Location = $"{context.Request.PathBase}{context.Request.Path}/{AddressToken.WithToken(context.Request)}";
        return Task.CompletedTask;
    }

    private static IEnumerable<Page> Load(IReadOnlyDictionary<string, string> facts)
    {
        var types = new FileExtensionContentTypeProvider();
        var assembly = typeof(PageEndpoints).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Root, StringComparison.Ordinal)))
        {
            var name = resource[Root.Length..];
            if (!types.TryGetContentType(name, out var type))
                throw new InvalidOperationException($"The page asset {name} has no known content type.");
            Stream Open() => assembly.GetManifestResourceStream(resource)!;
            yield return new Page(
                name,
                type.StartsWith("text/", StringComparison.Ordinal) ? $"{type}; charset=utf-8" : type,
                type == "text/html" ? new Lazy<byte[]>(() => WithFacts(Open(), facts)) : null,
                Open
            );
        }
    }

    /// <summary>Fills in what a page wants to know of its node: the content of its <c>meta</c> elements with these names.</summary>
    private static byte[] WithFacts(Stream page, IReadOnlyDictionary<string, string> facts)
    {
        using var reader = new StreamReader(page, Encoding.UTF8);
        return Encoding.UTF8.GetBytes(
            facts.Aggregate(
                reader.ReadToEnd(),
                (html, fact) =>
                    html.Replace($"name=\"{fact.Key}\" content=\"", $"name=\"{fact.Key}\" content=\"{WebUtility.HtmlEncode(fact.Value)}")
            )
        );
    }

    /// <summary>
    /// A file of the pages. It is read and hashed when somebody asks for it, because a node starts faster and smaller without the megabytes
    /// of all pages in memory.
    /// </summary>
    /// <param name="filled">The content with the facts of the node; null for a file without facts, which is sent from the assembly.</param>
    /// <param name="open">Opens the file in the assembly.</param>
    private sealed class Page(string name, string type, Lazy<byte[]>? filled, Func<Stream> open)
    {
        private readonly Lazy<EntityTagHeaderValue> _tag = new(() =>
        {
            using var content = filled is null ? open() : new MemoryStream(filled.Value);
            return new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16))}\"");
        });

        public string Name => name;

        public Task Serve(HttpContext context)
        {
            context.Response.Headers.CacheControl = "no-cache";
            var file = filled is null
                ? Results.Stream(open(), type, entityTag: _tag.Value)
                : Results.Bytes(filled.Value, type, entityTag: _tag.Value);
            return file.ExecuteAsync(context);
        }
    }
}
