using Chatbox.Node.Configuration;
using Chatbox.Node.Telemetry;

namespace Chatbox.Tests.Unit.Documents;

/// <summary>Documents that the code writes. <c>./build.sh documents</c> writes them anew.</summary>
public sealed class GeneratedDocumentTests
{
    private const string WriteKey = "CHATBOX_WRITE_DOCS";

    [Fact]
    public void Configuration_document_says_what_the_table_of_settings_says() =>
        AssertCurrent("docs/configuration.md", SettingDocument.Write());

    [Fact]
    public void Metric_document_says_what_the_table_of_metrics_says() => AssertCurrent("docs/metrics.md", MetricDocument.Write());

    [Fact]
    public void Metric_table_declares_the_series_of_the_protocol()
    {
        var described = ProtocolDocumentTests.Document.Table("8. Operations", "Metric").Select(row => $"{row[0].Split('`')[1]} {row[1]}");
        var declared = MetricTable.All.Select(metric => $"{metric.Name} {metric.Type.ToString().ToLowerInvariant()}");

        Assert.Equal(described.Order(), declared.Order());
    }

    /// <summary>With <c>CHATBOX_WRITE_DOCS=1</c> in the environment it writes the document before it compares it.</summary>
    private static void AssertCurrent(string file, string expected)
    {
        var path = Path.Combine(Repository.Root, file);
        if (Environment.GetEnvironmentVariable(WriteKey) == "1")
            File.WriteAllText(path, expected);

        var actual = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        Assert.True(actual == expected, $"{file} is out of date. Write it anew: ./build.sh documents");
    }
}
