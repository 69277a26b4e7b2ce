using System.Xml.Linq;

/// <summary>A test that did not pass, with the reason from its runner.</summary>
public sealed record TestRemark(string Test, string Reason);

/// <summary>The results of one test project, read from its result files and exit code.</summary>
public sealed record TestRun(int Passed, IReadOnlyList<TestRemark> Failed, IReadOnlyList<TestRemark> Skipped)
{
    private const int LongestReason = 40; // lines

    public static TestRun Read(string project, int exitCode, string folder)
    {
        var trx = Files(folder, "*.trx").SingleOrDefault() ?? new XDocument();
        var results = All(trx, "UnitTestResult").ToLookup(result => (string)result.Attribute("outcome"));
        var passed = results["Passed"].Count();
        var skipped = results["NotExecuted"].Select(Remark).ToList();
        var failed = results.Where(outcome => outcome.Key is not ("Passed" or "NotExecuted")).SelectMany(outcome => outcome).Select(Remark).ToList();

        // A test host that crashed or hung leaves results only for finished tests, and a list of started ones.
        var aborted = All(trx, "RunInfo").Select(info => info.Value.Trim()).FirstOrDefault(text => text.Contains("run was aborted")) ?? "";
        var unfinished = Files(folder, "Sequence_*.xml")
            .SelectMany(sequence => All(sequence, "Test"))
            .Where(test => (string)test.Attribute("Completed") == "False")
            .Select(test => (string)test.Attribute("DisplayName"))
            .Distinct();
        failed.AddRange(unfinished.Select(test => new TestRemark(test, Shorten($"Did not end.\n{aborted}"))));

        if (exitCode != 0 && failed.Count == 0)
        {
            failed.Add(new TestRemark(project, Shorten($"No test failed, but dotnet test ended with {exitCode}.\n{aborted}")));
        }
        else if (passed + failed.Count == 0)
        {
            failed.Add(new TestRemark(project, "No test was run."));
        }

        return new TestRun(passed, failed, skipped);
    }

    private static TestRemark Remark(XElement result)
    {
        var lines = new[] { "Message", "StackTrace" }.SelectMany(name => All(result, name)).Select(text => text.Value.Trim());
        return new TestRemark((string)result.Attribute("testName"), Shorten(string.Join("\n", lines)));
    }

    private static string Shorten(string reason) => string.Join("\n", reason.TrimEnd().Split('\n').Take(LongestReason));

    private static IEnumerable<XDocument> Files(string folder, string pattern) =>
        System.IO.Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).Select(file => XDocument.Load(file));

    private static IEnumerable<XElement> All(XContainer within, string name) => within.Descendants().Where(e => e.Name.LocalName == name);
}

/// <summary>The end of the log: skipped tests, failed tests, and on the last line the sum over all test projects.</summary>
public sealed record TestSummary(bool Succeeded, string Text)
{
    public static TestSummary Of(IReadOnlyList<TestRun> runs)
    {
        var skipped = runs.SelectMany(run => run.Skipped).ToList();
        var failed = runs.SelectMany(run => run.Failed).ToList();
        var text = new StringBuilder();
        foreach (var reason in skipped.GroupBy(remark => remark.Reason))
        {
            text.Append($"Skipped: {reason.Key}\n");
            text.AppendJoin("", reason.Select(remark => $"  {remark.Test}\n"));
        }

        foreach (var remark in failed)
        {
            text.Append($"Failed: {remark.Test}\n  {remark.Reason.Replace("\n", "\n  ")}\n");
        }

        text.Append($"{runs.Sum(run => run.Passed)} passed, {failed.Count} failed, {skipped.Count} skipped\n");
        return new TestSummary(failed.Count == 0 && runs.Count > 0, text.ToString());
    }
}
