using System.CommandLine;
using System.Text;

namespace Chatbox.Node.Files.Texts;

/// <summary>
/// <c>text pdf|docx</c>: reads a document from standard input and writes the number of its pages, as a line, and its text to standard output. A node starts it for each document; people
/// have no use for it, so the help does not show it.
/// </summary>
internal static class TextCommand
{
    public const string Name = "text";

    public static Command Build()
    {
        var kind = new Argument<DocumentKind>("kind");
        var pages = new Option<int>("--pages") { DefaultValueFactory = _ => int.MaxValue };
        var characters = new Option<int>("--characters") { DefaultValueFactory = _ => int.MaxValue - 1 };
        var command = new Command(Name, "Prints the text of a document.") { kind, pages, characters };
        command.Hidden = true;
        command.SetAction(result => Run(result.GetValue(kind), result.GetValue(pages), result.GetValue(characters)));
        return command;
    }

    private static int Run(DocumentKind kind, int pages, int characters)
    {
        using var content = new MemoryStream();
        using (var input = Console.OpenStandardInput())
            input.CopyTo(content);
        content.Position = 0;
        try
        {
            using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            var (text, number) = DocumentReading.Read(kind, content, pages, characters);
            output.Write($"{number}\n");
            output.Write(text);
            return 0;
        }
        // Libraries fail on damaged documents in every way there is.
        catch (Exception e)
        {
            Console.Error.WriteLine(e.GetType().Name);
            return 1;
        }
    }
}
