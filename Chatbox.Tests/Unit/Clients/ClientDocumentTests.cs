using Chatbox.Client;
using Chatbox.Client.Frames;
using Chatbox.Messages.Frames;
using Chatbox.Tests.Unit.Documents;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Chatbox.Tests.Unit.Clients;

/// <summary>What the client says about the protocol, against the server and the documents; and the client's own document against its code.</summary>
public sealed class ClientDocumentTests
{
    private const string Usings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;"
        + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    [Fact]
    public void Client_knows_every_error_code_and_no_other()
    {
        var codes = SocketDocumentTests.Constants<string>(typeof(ChatErrorCode)).ToList();

        Assert.Equal(SocketDocumentTests.Constants<string>(typeof(ErrorCode)).Order(), codes.Order());
        Assert.All(codes, code => Assert.NotNull(ChatErrorCode.RemedyOf(code)));
        Assert.All(codes, code => Assert.Equal(ErrorCode.IsRecoverable(code), ChatErrorCode.RemedyOf(code) != Remedy.SignIn));
        Assert.Null(ChatErrorCode.RemedyOf("A_LATER_CODE"));
    }

    [Fact]
    public void Client_knows_every_code_of_the_rest_routes_and_no_other()
    {
        var described = ProtocolDocumentTests.Document.Table("Errors of REST", "Status").Select(row => row[1].Split('`')[1]).Distinct();

        Assert.Equal(described.Order(), SocketDocumentTests.Constants<string>(typeof(RestErrorCode)).Order());
    }

    [Fact]
    public void Client_knows_every_frame_of_the_server_and_no_other() =>
        Assert.Equal(KnownFrames.Written.Order(), SocketDocumentTests.Constants<string>(typeof(FrameType)).Order());

    [Fact]
    public void Example_in_the_package_compiles()
    {
        var readme = Repository.Read("Chatbox.Client/README.md").ReplaceLineEndings("\n");
        var example = readme.Split("```csharp\n")[1].Split("\n```")[0];
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            "Example",
            [CSharpSyntaxTree.ParseText(Usings), CSharpSyntaxTree.ParseText(example)],
            platform
                .Where(file => Path.GetFileName(file).StartsWith("System.", StringComparison.Ordinal))
                .Append(typeof(ChatClient).Assembly.Location)
                .Select(file => MetadataReference.CreateFromFile(file)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable)
        );

        var problems = compilation.GetDiagnostics().Where(problem => problem.Severity >= DiagnosticSeverity.Warning);

        Assert.True(!problems.Any(), string.Join('\n', problems));
    }
}
