using System.Collections.Frozen;
using System.Text.RegularExpressions;
using System.Xml;

namespace Chatbox.Node.Files.Judging;

/// <summary>
/// What is refused in SVG drawings (W3C, SVG 2, sections 2.7 and 15): scripts, event handlers, HTML inside, content that is loaded from
/// elsewhere, and entities. Links that wait for a click are fine.
/// </summary>
internal static partial class SvgRules
{
    // A text of a drawing is read as a whole.
    private const long MostBytes = 32L * 1024 * 1024;

    private static readonly FrozenSet<string> Refused = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "script",
        "handler",
        "listener",
        "foreignObject",
        "iframe",
        "embed",
        "object",
        "audio",
        "video"
    );

    private static readonly FrozenSet<string> Animations = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "set", "animate");

    // Drawing programs write a document type that names a file on the web; it is never loaded.
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Parse,
        XmlResolver = null,
        MaxCharactersFromEntities = 1024,
    };

    /// <summary>Why a drawing is refused; null for a good one.</summary>
    public static FileVerdict.Refused? Check(Stream content, CancellationToken cancellationToken)
    {
        if (content.Length > MostBytes)
            return TooLarge;
        try
        {
            using var reader = XmlReader.Create(new SliceStream(content, 0, content.Length), Settings);
            string? root = null;
            for (var element = ""; reader.Read(); )
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (reader.NodeType is XmlNodeType.Element or XmlNodeType.EndElement)
                    element = reader.NodeType == XmlNodeType.Element && !reader.IsEmptyElement ? reader.LocalName : "";
                root ??= reader.NodeType == XmlNodeType.Element ? reader.LocalName : null;
                if (root is not (null or "svg"))
                    return NoDrawing;
                if (Problem(reader, element) is { } problem)
                    return Active(problem);
            }
            return null;
        }
        catch (XmlException)
        {
            return NoDrawing;
        }
    }

    /// <param name="element">The element in which a text stands.</param>
    private static string? Problem(XmlReader reader, string element) =>
        reader.NodeType switch
        {
            XmlNodeType.DocumentType when reader.Value.Contains("<!", StringComparison.Ordinal) => "entities",
            XmlNodeType.ProcessingInstruction when reader.Name == "xml-stylesheet" => "a style sheet from another place",
            XmlNodeType.Text or XmlNodeType.CDATA when element == "style" && Loads(reader.Value, isStyle: true) =>
                "styles that load something from another place",
            XmlNodeType.Element => OfElement(reader),
            _ => null,
        };

    private static string? OfElement(XmlReader reader)
    {
        var element = reader.LocalName;
        if (Refused.Contains(element))
            return element.Equals("script", StringComparison.OrdinalIgnoreCase) ? "a script" : $"the element {element.ToLowerInvariant()}";
        while (reader.MoveToNextAttribute())
            if (OfAttribute(element, reader.Name, reader.LocalName, reader.Value) is { } problem)
                return problem;
        reader.MoveToElement();
        return null;
    }

    private static string? OfAttribute(string element, string fullName, string name, string value)
    {
        if (name.StartsWith("on", StringComparison.OrdinalIgnoreCase))
            return "event handlers, which run scripts";
        if (fullName == "xml:base")
            return "a base address";
        if (
            Animations.Contains(element)
            && name == "attributeName"
            && (value.Contains("href", StringComparison.Ordinal) || value.TrimStart().StartsWith("on", StringComparison.Ordinal))
        )
            return "an animation of addresses";
        if (name is "href" or "src" && !IsHarmless(element, value.Trim()))
            return "content from another place";
        return fullName.StartsWith("xmlns", StringComparison.Ordinal) || !Loads(value, name == "style")
            ? null
            : "styles that load something from another place";
    }

    private static bool IsHarmless(string element, string address) =>
        address.Length == 0 || address.StartsWith('#') || Picture().IsMatch(address) || (element == "a" && Link().IsMatch(address));

    private static bool Loads(string style, bool isStyle) =>
        (style.Contains('@') && style.Contains("@import", StringComparison.OrdinalIgnoreCase))
        || style.Contains("javascript:", StringComparison.OrdinalIgnoreCase)
        || (isStyle && Escape().IsMatch(style))
        || Urls(style);

    private static bool Urls(string style)
    {
        if (!style.Contains('('))
            return false;
        foreach (Match match in Url().Matches(style))
            if (match.Groups["address"].Value is var address && address.Length > 0 && address[0] != '#' && !Picture().IsMatch(address))
                return true;
        return false;
    }

    [GeneratedRegex("^(https?://|mailto:)", RegexOptions.IgnoreCase)]
    private static partial Regex Link();

    // Style sheets can write a letter as its number, also those of @import and url.
    [GeneratedRegex(@"\\[0-9a-f]", RegexOptions.IgnoreCase)]
    private static partial Regex Escape();

    [GeneratedRegex("^data:image/(png|jpe?g|gif|webp)[;,]", RegexOptions.IgnoreCase)]
    private static partial Regex Picture();

    [GeneratedRegex("""url\s*\(\s*["']?\s*(?<address>[^"')]*)""", RegexOptions.IgnoreCase)]
    private static partial Regex Url();

    private static readonly FileVerdict.Refused NoDrawing = new(
        FileFault.Mismatch,
        "The name of the file ends in .svg, but the content is not an SVG drawing that can be read."
    );

    private static readonly FileVerdict.Refused TooLarge = new(
        FileFault.Size,
        $"An SVG drawing may have at most {MostBytes / (1024 * 1024)} MB. Export it as a PNG image, and send that."
    );

    private static FileVerdict.Refused Active(string what) =>
        new(FileFault.Active, $"This is an SVG drawing with {what}. Export it as a plain SVG or as a PNG image, and send that.");
}
