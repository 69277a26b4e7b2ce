using System.Diagnostics;
using MongoDB.Driver;

namespace Chatbox.Tests;

/// <summary>
/// The programs and servers that some tests need. A test whose need is missing is skipped, and the reason says how to install it.
/// </summary>
public static class Requirements
{
    private const string Install = "./build.sh InstallTestNeeds (as root on Debian), or";

    /// <summary>The path of Chromium, or null.</summary>
    public static string? Chromium { get; } = OnPath("chromium") ?? OnPath("chromium-browser") ?? OnPath("google-chrome");

    /// <summary>The path of <c>promtool</c>, Prometheus' checker of metrics and rules, or null.</summary>
    public static string? Promtool { get; } = OnPath("promtool");

    /// <summary>The path of nginx, or null.</summary>
    public static string? Nginx { get; } = OnPath("nginx");

    /// <summary>The path of HAProxy, or null.</summary>
    public static string? HaProxy { get; } = OnPath("haproxy");

    /// <summary>The path of Exim, a mail server, or null.</summary>
    public static string? Exim { get; } = OnPath("exim4");

    /// <summary>The path of Ceph's S3 gateway, or null.</summary>
    public static string? Radosgw { get; } = OnPath("radosgw");

    /// <summary>The path of <c>kubectl</c>, which builds overlays without a cluster, or null.</summary>
    public static string? Kubectl { get; } = OnPath("kubectl");

    /// <summary>The path of Node.js, or null.</summary>
    public static string? Node { get; } = OnPath("node");

    /// <summary>The folder of the installed npm packages; may not exist.</summary>
    public static string NodeModules { get; } = Path.Combine(Repository.Root, "Chatbox.Tests", "Servers", "npm", "node_modules");

    /// <summary>The folder of PostgreSQL's server programs, which Debian keeps off the path, or null.</summary>
    public static string? PostgresPrograms { get; } =
        new[] { "/usr/lib/postgresql" }
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories)
            .Select(version => Path.Combine(version, "bin"))
            .Append(Path.GetDirectoryName(OnPath("postgres")))
            .FirstOrDefault(folder => folder is not null && File.Exists(Path.Combine(folder, "postgres")));

    /// <summary>The address of a MongoDB server on which tests may create databases, without a database name; or null.</summary>
    internal static string? MongoUri { get; } =
        Environment.GetEnvironmentVariable("CHATBOX_TEST_MONGO_URI") is { Length: > 0 } uri ? uri : null;

    internal static string? MissingMongo { get; } =
        MongoUri is null
            ? "No MongoDB server is named: set CHATBOX_TEST_MONGO_URI, for example to mongodb://127.0.0.1/?replicaSet=rs0"
            : null;

    // Test discovery must not connect to the server, so the address itself must say that the server is a replica set.
    internal static string? MissingMongoReplicaSet { get; } =
        MissingMongo
        ?? (IsReplicaSet(MongoUri!) ? null : "CHATBOX_TEST_MONGO_URI names no replicaSet, and without one MongoDB has no transactions");

    internal static string? MissingMongoAlone { get; } =
        MissingMongo
        ?? (IsReplicaSet(MongoUri!) ? "CHATBOX_TEST_MONGO_URI names a replicaSet; this is about a server that stands alone" : null);

    internal static string? MissingPostgres { get; } =
        PostgresPrograms is null ? $"PostgreSQL is not installed: {Install} sudo apt-get install postgresql" : null;

    internal static string? MissingChromium { get; } =
        Chromium is null ? $"Chromium is not installed: {Install} sudo apt-get install chromium" : null;

    internal static string? MissingWebKit { get; } =
        OnPath("WebKitWebDriver") is null || OnPath("Xvfb") is null
            ? $"WebKit is not installed: {Install} sudo apt-get install webkit2gtk-driver xvfb"
            : null;

    internal static string? MissingPromtool { get; } =
        Promtool is null ? $"promtool is not installed: {Install} sudo apt-get install prometheus" : null;

    internal static string? MissingProxies { get; } =
        Nginx is null ? $"nginx is not installed: {Install} sudo apt-get install nginx-light"
        : HaProxy is null ? $"HAProxy is not installed: {Install} sudo apt-get install haproxy"
        : null;

    internal static string? MissingMailServer { get; } =
        Exim is null ? $"Exim is not installed: {Install} sudo apt-get install exim4-daemon-light"
        : Environment.IsPrivilegedProcess ? null
        : "Exim's mailbox belongs to a user of its own, so its tests need root";

    internal static string? MissingClamAv { get; } =
        OnPath("clamd") is null ? $"ClamAV is not installed: {Install} sudo apt-get install clamav-daemon" : null;

    internal static string? MissingCeph { get; } =
        Radosgw is null || OnPath("ceph-mon") is null || OnPath("ceph-osd") is null
            ? $"Ceph, which serves S3, is not installed: {Install} sudo apt-get install ceph-mon ceph-osd radosgw"
        : Environment.IsPrivilegedProcess ? null
        : "Ceph's servers need root";

    internal static string? MissingKubectl { get; } =
        Kubectl is null ? "kubectl is not installed: it is needed from version 1.27 on, and Debian 12 has an older one" : null;

    internal static string? MissingNode { get; } =
        Node is null ? "Node.js is not installed: install Node.js 20 with npm, then run ./build.sh InstallTestNeeds"
        : !Directory.Exists(NodeModules) ? $"The test servers are not installed: {Install} npm ci in Chatbox.Tests/Servers/npm"
        : null;

    /// <summary>The address of a new MongoDB database.</summary>
    public static string NewMongoDatabase()
    {
        var address = new MongoUrlBuilder(MongoUri) { DatabaseName = $"chatbox_test_{Guid.NewGuid():n}" };
        // Users are known in the server's admin database, not in a new one.
        if (address.Username is not null)
            address.AuthenticationSource ??= "admin";
        return address.ToString();
    }

    private static bool IsReplicaSet(string uri) => uri.Contains("replicaSet=", StringComparison.OrdinalIgnoreCase);

    internal static string? MissingNamespaces { get; } =
        Environment.IsPrivilegedProcess && OnPath("ip") is not null && Succeeds("unshare", "-n", "ip", "link", "add", "type", "veth")
            ? null
            : "A network that can be split needs root on Linux, and the program ip: sudo apt-get install iproute2";

    private static bool Succeeds(string program, params string[] arguments)
    {
        if (OnPath(program) is null)
            return false;
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    // Debian installs servers in /usr/sbin, which is often missing from the path.
    internal static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}

/// <summary>A fact about pages; needs <see cref="Requirements.Chromium"/>.</summary>
public sealed class FactRequiresChromiumAttribute : FactAttribute
{
    public FactRequiresChromiumAttribute() => Skip = Requirements.MissingChromium;
}

/// <summary>A theory about pages; needs <see cref="Requirements.Chromium"/>.</summary>
public sealed class TheoryRequiresChromiumAttribute : TheoryAttribute
{
    public TheoryRequiresChromiumAttribute() => Skip = Requirements.MissingChromium;
}

/// <summary>A fact about pages in a second engine; needs WebKit with its driver, and Xvfb.</summary>
public sealed class FactRequiresWebKitAttribute : FactAttribute
{
    public FactRequiresWebKitAttribute() => Skip = Requirements.MissingWebKit;
}

/// <summary>A fact about a shared store; needs <see cref="Requirements.PostgresPrograms"/>.</summary>
public sealed class FactRequiresPostgresAttribute : FactAttribute
{
    public FactRequiresPostgresAttribute() => Skip = Requirements.MissingPostgres;
}

/// <summary>A theory about a shared store; needs <see cref="Requirements.PostgresPrograms"/>.</summary>
public sealed class TheoryRequiresPostgresAttribute : TheoryAttribute
{
    public TheoryRequiresPostgresAttribute() => Skip = Requirements.MissingPostgres;
}

/// <summary>A fact about network partitions; needs PostgreSQL and network namespaces.</summary>
public sealed class FactRequiresNamespacesAttribute : FactAttribute
{
    public FactRequiresNamespacesAttribute() => Skip = Requirements.MissingPostgres ?? Requirements.MissingNamespaces;
}

/// <summary>A fact about what MongoDB stores; needs <see cref="Requirements.MongoUri"/>.</summary>
public sealed class FactRequiresMongoAttribute : FactAttribute
{
    public FactRequiresMongoAttribute() => Skip = Requirements.MissingMongo;
}

/// <summary>A fact about transactions of MongoDB; needs a <see cref="Requirements.MongoUri"/> of a replica set.</summary>
public sealed class FactRequiresMongoReplicaSetAttribute : FactAttribute
{
    public FactRequiresMongoReplicaSetAttribute() => Skip = Requirements.MissingMongoReplicaSet;
}

/// <summary>A fact about a MongoDB server without transactions; needs a <see cref="Requirements.MongoUri"/> of a standalone server.</summary>
public sealed class FactRequiresMongoAloneAttribute : FactAttribute
{
    public FactRequiresMongoAloneAttribute() => Skip = Requirements.MissingMongoAlone;
}

/// <summary>A fact about metrics or rules; needs <see cref="Requirements.Promtool"/>.</summary>
public sealed class FactRequiresPromtoolAttribute : FactAttribute
{
    public FactRequiresPromtoolAttribute() => Skip = Requirements.MissingPromtool;
}

/// <summary>A theory over the proxies; needs <see cref="Requirements.Nginx"/> and <see cref="Requirements.HaProxy"/>.</summary>
public sealed class TheoryRequiresProxiesAttribute : TheoryAttribute
{
    public TheoryRequiresProxiesAttribute() => Skip = Requirements.MissingProxies;
}

/// <summary>A theory over the proxies with real nodes; needs <see cref="Requirements.PostgresPrograms"/> too.</summary>
public sealed class TheoryRequiresProxiesAndPostgresAttribute : TheoryAttribute
{
    public TheoryRequiresProxiesAndPostgresAttribute() => Skip = Requirements.MissingProxies ?? Requirements.MissingPostgres;
}

/// <summary>A fact about overlays; needs <see cref="Requirements.Kubectl"/>.</summary>
public sealed class FactRequiresKubectlAttribute : FactAttribute
{
    public FactRequiresKubectlAttribute() => Skip = Requirements.MissingKubectl;
}

/// <summary>A fact about an overlay and a package from npm; needs <see cref="Requirements.Kubectl"/> and <see cref="Requirements.Node"/>.</summary>
public sealed class FactRequiresKubectlAndNodeAttribute : FactAttribute
{
    public FactRequiresKubectlAndNodeAttribute() => Skip = Requirements.MissingKubectl ?? Requirements.MissingNode;
}

/// <summary>A theory over overlays, checked by a package from npm; needs <see cref="Requirements.Kubectl"/> and <see cref="Requirements.Node"/>.</summary>
public sealed class TheoryRequiresKubectlAndNodeAttribute : TheoryAttribute
{
    public TheoryRequiresKubectlAndNodeAttribute() => Skip = Requirements.MissingKubectl ?? Requirements.MissingNode;
}

/// <summary>A theory over overlays; needs <see cref="Requirements.Kubectl"/>.</summary>
public sealed class TheoryRequiresKubectlAttribute : TheoryAttribute
{
    public TheoryRequiresKubectlAttribute() => Skip = Requirements.MissingKubectl;
}

/// <summary>A fact checked against a server from npm; needs <see cref="Requirements.Node"/> and <see cref="Requirements.NodeModules"/>.</summary>
public sealed class FactRequiresNodeAttribute : FactAttribute
{
    public FactRequiresNodeAttribute() => Skip = Requirements.MissingNode;
}

/// <summary>A fact about mails; needs <see cref="Requirements.Exim"/> and root.</summary>
public sealed class FactRequiresMailServerAttribute : FactAttribute
{
    public FactRequiresMailServerAttribute() => Skip = Requirements.MissingMailServer;
}

/// <summary>A theory that needs a mail server; skipped without one.</summary>
public sealed class TheoryRequiresMailServerAttribute : TheoryAttribute
{
    public TheoryRequiresMailServerAttribute() => Skip = Requirements.MissingMailServer;
}

/// <summary>A fact about malware; needs ClamAV's daemon.</summary>
public sealed class FactRequiresClamAvAttribute : FactAttribute
{
    public FactRequiresClamAvAttribute() => Skip = Requirements.MissingClamAv;
}

/// <summary>A fact about files in S3; needs <see cref="Requirements.Radosgw"/> and root.</summary>
public sealed class FactRequiresCephAttribute : FactAttribute
{
    public FactRequiresCephAttribute() => Skip = Requirements.MissingCeph;
}

/// <summary>A theory about files in S3; needs <see cref="Requirements.Radosgw"/> and root.</summary>
public sealed class TheoryRequiresCephAttribute : TheoryAttribute
{
    public TheoryRequiresCephAttribute() => Skip = Requirements.MissingCeph;
}

/// <summary>A fact about a process's memory, which is read as Linux tells it.</summary>
public sealed class FactOnLinuxAttribute : FactAttribute
{
    public FactOnLinuxAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Memory is read from /proc, which only Linux has.";
}
