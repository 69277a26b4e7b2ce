using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Chatbox.Tests.Unit.Architecture;

/// <summary>One declaration of a type in one file.</summary>
internal sealed record SourceDeclaration(string File, BaseTypeDeclarationSyntax Syntax)
{
    // The attributes that make a source generator write the other part of a partial type.
    private static readonly HashSet<string> Generators = ["GeneratedRegex", "JsonSerializable", "LoggerMessage"];

    /// <summary>Every type that a file declares, nested ones too.</summary>
    public static IEnumerable<SourceDeclaration> In(string file) =>
        CSharpSyntaxTree
            .ParseText(Repository.Read(file))
            .GetRoot()
            .DescendantNodes()
            .OfType<BaseTypeDeclarationSyntax>()
            .Select(syntax => new SourceDeclaration(file, syntax));

    public string FullName => string.Join('.', Syntax.AncestorsAndSelf().Select(NamePart).OfType<string>().Reverse());

    /// <summary>Lines from the first attribute or modifier to the last brace, without the comment before them.</summary>
    public int Lines
    {
        get
        {
            var place = Syntax.SyntaxTree.GetLineSpan(Syntax.Span);
            return place.EndLinePosition.Line - place.StartLinePosition.Line + 1;
        }
    }

    /// <summary>Whether an attribute of the type or of a member, of a nested type too, calls a source generator.</summary>
    public bool IsGenerated =>
        Syntax.DescendantNodes().OfType<AttributeSyntax>().Any(attribute => Generators.Contains($"{attribute.Name}"));

    public bool Has(SyntaxKind modifier) => Syntax.Modifiers.Any(modifier);

    private static string? NamePart(SyntaxNode node) =>
        node switch
        {
            BaseNamespaceDeclarationSyntax space => $"{space.Name}",
            TypeDeclarationSyntax { TypeParameterList: { } parameters } type => $"{type.Identifier.Text}`{parameters.Parameters.Count}",
            BaseTypeDeclarationSyntax type => type.Identifier.Text,
            _ => null,
        };
}
