// Installs the programs that the tests need. A test whose program is missing is skipped with the reason (Chatbox.Tests/Requirements.cs).
void InstallTestNeeds(ICakeContext context)
{
    var needs = new (string Package, string[] Programs)[]
    {
        ("chromium", ["chromium", "chromium-browser", "google-chrome"]),
        ("webkit2gtk-driver", ["WebKitWebDriver"]),
        ("xvfb", ["Xvfb"]),
        ("haproxy", ["haproxy"]),
        ("nginx-light", ["nginx"]),
        ("prometheus", ["promtool"]),
        ("postgresql", ["psql"]),
        ("iproute2", ["ip"]),
        ("exim4-daemon-light", ["exim4"]),
        ("clamav-daemon", ["clamd"]),
        ("ceph-mon", ["ceph-mon"]),
        ("ceph-osd", ["ceph-osd"]),
        ("radosgw", ["radosgw"]),
    };
    var missing = needs.Where(need => need.Programs.All(program => OnPath(program) is null)).Select(need => need.Package).ToList();
    if (missing.Count > 0 && Environment.IsPrivilegedProcess && System.IO.File.Exists("/etc/debian_version"))
    {
        InstallDebianPackages(context, missing);
    }
    else if (missing.Count > 0)
    {
        context.Warning("Tests that need these packages will be skipped: {0}. On Debian, install them with: sudo apt-get install {1}", string.Join(", ", missing), string.Join(" ", missing));
    }

    // The build itself installs the packages of ./web.
    InstallNodePackages(context, context.MakeAbsolute(context.Directory("./Chatbox.Tests/Servers/npm")));
}

void InstallNodePackages(ICakeContext context, DirectoryPath folder)
{
    if (!context.FileExists(folder.CombineWithFilePath("package-lock.json")))
    {
        return;
    }

    if (OnPath("npm") is null)
    {
        context.Warning("Tests will be skipped because Node.js 20 with npm is missing: they need the packages of {0}.", folder.GetDirectoryName());
    }
    else if (!NodePackagesAreCurrent(folder))
    {
        Run(context, "npm", "ci --no-audit --no-fund", folder);
    }
}

void InstallDebianPackages(ICakeContext context, IEnumerable<string> packages)
{
    // The tests need the programs, not running daemons. Debian asks this script before it starts a service.
    const string policy = "/usr/sbin/policy-rc.d";
    const string noServices = "#!/bin/sh\n# Chatbox's build installs what its tests need.\nexit 101\n";
    if (!System.IO.File.Exists(policy))
    {
        System.IO.File.WriteAllText(policy, noServices);
        System.IO.File.SetUnixFileMode(policy, (UnixFileMode)Convert.ToInt32("755", 8));
    }

    try
    {
        const string waitForLock = "-qq -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0";
        Run(context, "apt-get", $"{waitForLock} update");
        Run(context, "apt-get", $"{waitForLock} install -y --no-install-recommends {string.Join(" ", packages)}");
    }
    finally
    {
        // This also removes the script of an earlier run that was killed. A script of somebody else stays.
        if (System.IO.File.ReadAllText(policy) == noServices)
        {
            System.IO.File.Delete(policy);
        }
    }
}

// npm writes its own copy of the lock file when an installation is complete.
bool NodePackagesAreCurrent(DirectoryPath folder)
{
    var installed = new System.IO.FileInfo(folder.CombineWithFilePath("node_modules/.package-lock.json").FullPath);
    var wanted = new System.IO.FileInfo(folder.CombineWithFilePath("package-lock.json").FullPath);
    return installed.Exists && installed.LastWriteTimeUtc >= wanted.LastWriteTimeUtc;
}

// Debian installs servers in /usr/sbin, which is not on every user's PATH.
string OnPath(string program) =>
    (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Append("/usr/sbin")
        .Select(folder => System.IO.Path.Combine(folder, program))
        .FirstOrDefault(System.IO.File.Exists);

void Run(ICakeContext context, string program, string arguments, DirectoryPath folder = null)
{
    var settings = new ProcessSettings
    {
        Arguments = arguments,
        WorkingDirectory = folder ?? context.Environment.WorkingDirectory,
        EnvironmentVariables = new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive" },
    };
    if (context.StartProcess(program, settings) is var exitCode and not 0)
    {
        throw new CakeException($"{program} {arguments} ended with {exitCode}.");
    }
}
