using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Chatbox.Tests.Unit.Architecture;

/// <summary>A type as its source files declare it; a partial type has several declarations.</summary>
/// <param name="Project">The folder of the project, such as <c>Chatbox.Actors</c>.</param>
/// <param name="FullName">Namespace, enclosing types and name, with the number of type parameters.</param>
internal sealed record SourceType(string Project, string FullName, IReadOnlyList<SourceDeclaration> Declarations)
{
    /// <summary>Every class, record, struct, interface and enum that people wrote, in all projects.</summary>
    public static IReadOnlyList<SourceType> All { get; } =
    [
        .. Repository
            .Files.Where(file => file.StartsWith("Chatbox.", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(SourceDeclaration.In)
            .GroupBy(declaration => (Project: declaration.File.Split('/')[0], declaration.FullName))
            .Select(group => new SourceType(group.Key.Project, group.Key.FullName, [.. group])),
    ];

    /// <summary>The name without namespace, enclosing types and type parameters.</summary>
    public string Name => Declarations[0].Syntax.Identifier.Text;

    /// <summary>Lines of all declarations together, from the first attribute or modifier to the last brace.</summary>
    public int Lines => Declarations.Sum(declaration => declaration.Lines);

    /// <summary>The name with the number of type parameters, as code refers to it.</summary>
    public string UnqualifiedName => FullName[(FullName.LastIndexOf('.') + 1)..];

    public bool IsNested => Declarations[0].Syntax.Parent is TypeDeclarationSyntax;

    /// <summary>
    /// Whether the type is a message of a protocol, which <c>using static</c> makes visible without its container's name.
    /// </summary>
    public bool IsInProtocol =>
        Declarations[0].Syntax.Parent is TypeDeclarationSyntax { Identifier.Text: var container }
        && container.EndsWith("Protocol", StringComparison.Ordinal);

    public bool IsPartial => Declarations.Any(declaration => declaration.Has(SyntaxKind.PartialKeyword));

    /// <summary>Whether the type only holds messages: a static class whose members are all types.</summary>
    public bool IsProtocol =>
        Name.EndsWith("Protocol", StringComparison.Ordinal)
        && Declarations.All(declaration =>
            declaration.Has(SyntaxKind.StaticKeyword)
            && declaration.Syntax is TypeDeclarationSyntax type
            && type.Members.All(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax)
        );

    /// <summary>Whether a source generator completes the type.</summary>
    public bool IsGenerated => Declarations.Any(declaration => declaration.IsGenerated);
}
