#load "build/test-needs.cake"
#load "build/test-results.cake"

var target = Argument("target", "Default");
var configuration = Argument("configuration", "Release");
var filter = Argument("filter", ""); // which tests to run, in the syntax of dotnet test
var benchmark = Argument("benchmark", ""); // the arguments of Chatbox.Benchmarks
var hangTimeout = Argument("hang-timeout", "5m"); // kill the test host after this long without a test starting or ending

var onCi = EnvironmentVariable("CI", false);
var artifacts = MakeAbsolute(Directory("./artifacts"));
var testArtifacts = artifacts.Combine("tests");

// The compiler server would outlive the build.
var noServers = new DotNetMSBuildSettings { NodeReuse = false }.WithProperty("UseSharedCompilation", "false");

Task("Clean")
    .Does(() =>
    {
        CleanDirectory(artifacts);
        CleanDirectories("./Chatbox.*/bin");
        CleanDirectories("./Chatbox.*/obj");
        CleanDirectory("./Chatbox.Node/wwwroot");
    });

Task("InstallTestNeeds").Does(() => InstallTestNeeds(Context));

Task("Restore")
    .Does(() => DotNetRestore("./Chatbox.sln", new DotNetRestoreSettings { MSBuildSettings = noServers }));

// Checks the layout only: the build enforces the style rules of .editorconfig (EnforceCodeStyleInBuild).
// A developer may run the tests before formatting; CI may not.
Task("Format")
    .WithCriteria(() => onCi || !IsTarget("Test"), "checked on CI and on request")
    .Does(() => DotNetTool("./", "csharpier", "check ."));

Task("Build")
    .IsDependentOn("Restore")
    .Does(() =>
        DotNetBuild(
            "./Chatbox.sln",
            new DotNetBuildSettings
            {
                Configuration = configuration,
                NoRestore = true,
                NoLogo = true,
                MSBuildSettings = noServers,
            }
        )
    );

Task("Test")
    .IsDependentOn("Format")
    .IsDependentOn("InstallTestNeeds")
    .IsDependentOn("Build")
    .Does(() => RunAllTests(filter, hangTimeout));

// Writes the documents that come from the code, and the golden bytes of message types that have none yet. Existing golden files stay.
Task("Documents")
    .IsDependentOn("Build")
    .Does(() =>
    {
        Environment.SetEnvironmentVariable("CHATBOX_WRITE_DOCS", "1");
        RunAllTests("FullyQualifiedName~GeneratedDocumentTests|FullyQualifiedName~GoldenTests", hangTimeout);
    });

// The cluster tests, and others that use Chaos.Size, at the size of the promise. They take about half an hour and need the whole machine.
// Their nodes are those that are deployed: without native code, a node that starts compiles for longer than anything else that they measure.
Task("Chaos")
    .IsDependentOn("InstallTestNeeds")
    .IsDependentOn("Publish")
    .Does(() =>
    {
        var report = artifacts.CombineWithFilePath("chaos.md").FullPath;
        EnsureDirectoryExists(artifacts);
        System.IO.File.WriteAllText(report, "| what | people | p50 s | p99 s | max s |\n|---|---|---|---|---|\n");
        Environment.SetEnvironmentVariable("CHATBOX_CHAOS", "1");
        Environment.SetEnvironmentVariable("CHATBOX_CHAOS_NODE", artifacts.CombineWithFilePath("Chatbox.Node/Chatbox.Node.dll").FullPath);
        RunAllTests(
            "FullyQualifiedName~Chatbox.Tests.Cluster|FullyQualifiedName~TakeoverProperties|FullyQualifiedName~StopDuringStartTests|FullyQualifiedName~UploadMemoryTests|FullyQualifiedName~CutSocketsTests",
            "60m"
        );
        Information("Longest pauses in what people saw:\n{0}", System.IO.File.ReadAllText(report));
    });

// The node, the client library as a package, and pbm as a .NET tool: dotnet tool install --global --add-source artifacts Chatbox.Cli
Task("Publish")
    .IsDependentOn("Build")
    .Does(() =>
    {
        if (!FileExists("./Chatbox.Node/wwwroot/index.html"))
        {
            throw new CakeException("The node to publish would have no pages: install Node.js 20.19 or later with npm.");
        }
    })
    .DoesForEach(
        new[] { "./Chatbox.Cli", "./Chatbox.Client" },
        project => DotNetPack(
            project,
            new DotNetPackSettings
            {
                Configuration = configuration,
                OutputDirectory = artifacts,
                NoBuild = true,
                NoLogo = true,
                MSBuildSettings = noServers,
            }
        )
    )
    .Does(() =>
        // For the platform of this machine, with native code (PublishReadyToRun). The lock files name no platform, so the restore for it
        // writes one of its own; the build before has compared the same packages with the lock files.
        DotNetPublish(
            "./Chatbox.Node",
            new DotNetPublishSettings
            {
                Configuration = configuration,
                OutputDirectory = artifacts.Combine("Chatbox.Node"),
                Runtime = System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier,
                SelfContained = false,
                NoLogo = true,
                MSBuildSettings = new DotNetMSBuildSettings { NodeReuse = false }
                    .WithProperty("UseSharedCompilation", "false")
                    .WithProperty("NuGetLockFilePath", "obj/publish.lock.json")
                    .WithProperty("RestoreLockedMode", "false"),
            }
        )
    );

// The budgets are those of the node that is deployed.
var budgets = benchmark.StartsWith("budgets");

Task("Benchmark")
    .IsDependentOn(budgets ? "Publish" : "Build")
    .Does(() =>
        DotNetRun(
            "./Chatbox.Benchmarks",
            budgets && !benchmark.Contains("--node")
                ? $"{benchmark} --node {artifacts.CombineWithFilePath("Chatbox.Node/Chatbox.Node.dll").FullPath.Quote()}"
                : benchmark,
            new DotNetRunSettings
            {
                Configuration = configuration,
                NoRestore = true,
                NoBuild = true,
            }
        )
    );

Task("Default").IsDependentOn("Format").IsDependentOn("Test");

RunTarget(target);

bool IsTarget(string name) => string.Equals(target, name, StringComparison.OrdinalIgnoreCase);

void RunAllTests(string only, string hang)
{
    CleanDirectory(testArtifacts);
    var runs = GetFiles("./*.Tests/*.csproj").Select(project => RunTests(project, only, hang)).ToList();
    var summary = TestSummary.Of(runs);
    System.IO.File.WriteAllText(testArtifacts.CombineWithFilePath("summary.txt").FullPath, summary.Text);
    if (!summary.Succeeded)
    {
        throw new CakeException("The tests did not pass.");
    }
}

TestRun RunTests(FilePath project, string only, string hang)
{
    var name = project.GetFilenameWithoutExtension().FullPath;
    var results = testArtifacts.Combine(name);
    CreateDirectory(results);
    var arguments = new ProcessArgumentBuilder()
        .Append("test")
        .AppendQuoted(project.FullPath)
        .Append($"--configuration {configuration} --no-build --nologo -nodeReuse:false")
        .Append($"--logger trx;LogFileName={name}.trx --results-directory")
        .AppendQuoted(results.FullPath)
        .Append($"--blame-hang-timeout {hang} --blame-hang-dump-type none");
    if (only != "")
    {
        arguments.Append("--filter").AppendQuoted(only);
    }

    // Not DotNetTest: it throws on a failed test, and the results must still be read.
    var exitCode = StartProcess("dotnet", new ProcessSettings { Arguments = arguments });
    return TestRun.Read(name, exitCode, results.FullPath);
}
