using Chatbox.Node.Configuration;

namespace Chatbox.Tests.Unit.Documents;

public sealed class ConfigurationDocumentTests
{
    private const string File = "docs/configuration.md";
    private const string WriteKey = "CHATBOX_WRITE_DOCS";

    /// <summary>With <c>CHATBOX_WRITE_DOCS=1</c> in the environment, the test writes the document instead of comparing it.</summary>
    [Fact]
    public void Document_says_what_the_table_of_settings_says()
    {
        var path = Path.Combine(Repository.Root, File);
        var expected = SettingDocument.Write();
        if (Environment.GetEnvironmentVariable(WriteKey) == "1")
            System.IO.File.WriteAllText(path, expected);

        var actual = System.IO.File.Exists(path) ? System.IO.File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        Assert.True(
            actual == expected,
            $"{File} is out of date. Write it anew: {WriteKey}=1 dotnet test --filter {nameof(ConfigurationDocumentTests)}"
        );
    }
}
