using System.Xml.Linq;

/// <summary>One test that did not pass, with the reason its runner gave.</summary>
public sealed record TestRemark(string Test, string Reason);

/// <summary>What the results file of one test project says, and what its exit code adds to it.</summary>
public sealed record TestRun(string Project, int Passed, IReadOnlyList<TestRemark> Failed, IReadOnlyList<TestRemark> Skipped)
{
    public static TestRun Read(string project, int exitCode, string resultsFile)
    {
        var trx = System.IO.File.Exists(resultsFile) ? XDocument.Load(resultsFile) : new XDocument();
        var results = All(trx, "UnitTestResult").ToLookup(result => (string)result.Attribute("outcome"));
        var skipped = results["NotExecuted"].Select(Remark).ToList();
        var failed = results.Where(outcome => outcome.Key is not ("Passed" or "NotExecuted")).SelectMany(outcome => outcome).Select(Remark).ToList();
        var passed = results["Passed"].Count();

        // A host that crashed or hung leaves only the tests it had finished, so the exit code counts too.
        if (exitCode != 0 && failed.Count == 0)
        {
            var said = All(trx, "RunInfo").Where(info => (string)info.Attribute("outcome") == "Error").Select(info => info.Value.Trim());
            failed.Add(new TestRemark(project, string.Join("\n", said.Prepend($"dotnet test ended with {exitCode}, no test had failed."))));
        }
        else if (passed + failed.Count == 0)
        {
            failed.Add(new TestRemark(project, "No test was run."));
        }

        return new TestRun(project, passed, failed, skipped);
    }

    private static TestRemark Remark(XElement result)
    {
        var lines = new[] { "Message", "StackTrace" }.SelectMany(name => All(result, name)).Select(text => text.Value.Trim());
        return new TestRemark((string)result.Attribute("testName"), string.Join("\n", lines));
    }

    private static IEnumerable<XElement> All(XContainer within, string name) => within.Descendants().Where(e => e.Name.LocalName == name);
}

/// <summary>The end of the log: skipped tests, failed tests, and the sum over all test projects alone on the last line.</summary>
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
