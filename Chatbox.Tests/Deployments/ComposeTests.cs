using System.Globalization;
using System.Text.RegularExpressions;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Files.Scanning;
using Chatbox.Node.Files.Uploads;

namespace Chatbox.Tests.Deployments;

/// <summary>The parts of <c>deployments/compose.yaml</c> fit each other and the files beside it.</summary>
public sealed partial class ComposeTests
{
    [Fact]
    public void Three_nodes_are_the_seeds_under_their_own_names()
    {
        var names = Compose.Services.Where(service => service.Value.Build is not null).Select(service => service.Key).ToList();

        Assert.Equal(3, names.Count);
        Assert.All(names, name => Assert.Equal(name, Compose.Services[name].Environment["CLUSTER_HOST"]));
        Assert.All(Compose.Nodes, n => Assert.Equal(names.Select(name => $"{name}:4053"), n.Environment["CLUSTER_SEEDS"].Split(',')));
    }

    [Fact]
    public void Files_of_proxy_and_prometheus_name_every_node()
    {
        foreach (var file in new[] { "nginx/chatbox.conf", "haproxy/haproxy.cfg", "prometheus/prometheus.yaml" })
        foreach (var name in Compose.Services.Where(service => service.Value.Build is not null).Select(service => service.Key))
            Assert.Contains($"{name}:8080", Repository.Read($"deployments/{file}"));
    }

    [Fact]
    public void Node_has_time_to_leave_and_writes_nothing_but_to_memory()
    {
        foreach (var node in Compose.Nodes)
        {
            Assert.True(GoDuration.TryParse(node.StopGracePeriod!, out var grace, out _));
            Assert.True(GoDuration.TryParse(node.Environment["SHUTDOWN_TIMEOUT"], out var drain, out _));
            Assert.True(grace > drain);
            Assert.True(node.ReadOnly);
            Assert.Equal(["/tmp", "/data"], node.Tmpfs.Select(mount => mount.Split(':')[0]));
        }
    }

    [Fact]
    public void Stores_have_the_profile_that_is_the_name_of_the_store()
    {
        foreach (var store in new[] { "postgres", "mongodb" })
            Assert.Equal([store], Compose.Services[store].Profiles);
        // STORE is a setting of its own, because COMPOSE_PROFILES may name other profiles too.
        Assert.All(Compose.Nodes, node => Assert.StartsWith("${STORE:?", node.Environment["STORE"]));
        var example = Example().Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
        Assert.Contains(example["STORE"], example["COMPOSE_PROFILES"].Split(','));
    }

    [Fact]
    public void Logs_are_rotated_and_memory_is_limited()
    {
        foreach (var (name, service) in Compose.Services)
        {
            Assert.True(
                service.Logging is { Options: var options } && options.ContainsKey("max-size") && options.ContainsKey("max-file"),
                name
            );
            Assert.Matches(@"^\d+[mg]$", service.MemLimit);
        }

        Assert.All(Compose.Nodes, node => Assert.All(node.Tmpfs, mount => Assert.Matches(@":size=\d+m", mount)));
        Assert.All(Compose.Nodes, node => Assert.Equal("0", node.Environment["DOTNET_DbgEnableMiniDump"]));
    }

    [Fact]
    public void Networks_and_volumes_are_declared_and_used_and_services_wait_for_services()
    {
        var services = Compose.Services.Values.ToList();
        var named = services.SelectMany(s => s.Volumes).Select(volume => volume.Split(':')[0]).Where(volume => volume[0] != '.');

        Assert.Equal(Compose.Declared.Order(), services.SelectMany(s => Names(s.Networks)).Concat(named).Distinct().Order());
        Assert.Empty(services.SelectMany(s => Names(s.DependsOn)).Except(Compose.Services.Keys));
    }

    // PostgreSQL's default of 100 connections, minus 3 for superusers and 5 for backups and operators.
    [Fact]
    public void Connections_of_all_nodes_fit_the_database() =>
        Assert.InRange(
            Compose.Nodes.Sum(node => int.Parse(node.Environment["POSTGRES_MAX_CONNECTIONS"], CultureInfo.InvariantCulture) + 1),
            0,
            100 - 3 - 5
        );

    [Fact]
    public void Files_scanner_and_mail_start_only_if_they_are_asked_for()
    {
        Assert.Equal(["scan"], Compose.Services["clamav"].Profiles);
        Assert.Equal(["files"], Compose.Services["minio"].Profiles);
        Assert.Equal(["mail"], Compose.Services["mailpit"].Profiles);
    }

    [Fact]
    public void Scanner_takes_every_file_that_nodes_take_and_is_reached_by_them_alone()
    {
        var scanner = Compose.Services["clamav"];
        foreach (var limit in new[] { "StreamMaxLength", "MaxFileSize", "MaxScanSize" })
        {
            var mebibytes = scanner.Environment[$"CLAMD_CONF_{limit}"];
            Assert.EndsWith("M", mebibytes, StringComparison.Ordinal);
            var bytes = long.Parse(mebibytes[..^1], CultureInfo.InvariantCulture) << 20;
            Assert.InRange(bytes, new UploadOptions { SpoolFolder = "" }.MaxSize, long.MaxValue);
        }

        Assert.All(Compose.Nodes, node => Assert.Equal("${CLAMAV:-}", node.Environment["UPLOAD_SCAN_CLAMAV"]));
        // The address that the example proposes is that of the service, with the port of the daemon.
        var proposed = Regex.Match(Repository.Read("deployments/compose.env.example"), "(?m)^# (clamav:[0-9]+) ").Groups[1].Value;
        Assert.Equal(ClamAvAddress.Parse("clamav")!.ToString(), ClamAvAddress.Parse(proposed)!.ToString());
        // It loads signatures from outside, and no other service is in that network.
        Assert.Equal(["store", "signatures"], Names(scanner.Networks));
        Assert.All(Compose.Nodes, node => Assert.Contains("store", Names(node.Networks)));
        Assert.Single(Compose.Services.Values, service => Names(service.Networks).Contains("signatures"));
        Assert.Contains("clamav:/var/lib/clamav", scanner.Volumes);
    }

    [Fact]
    public void Services_that_nodes_depend_on_say_whether_they_work() =>
        Assert.All(
            new[] { "postgres", "mongodb", "minio", "clamav" },
            name => Assert.InRange(Compose.Services[name].Healthcheck?.Test.Count ?? 0, 2, int.MaxValue)
        );

    // A node refuses a standalone MongoDB.
    [Fact]
    public void MongoDB_is_the_replica_set_that_nodes_look_for()
    {
        Assert.All(Compose.Nodes, node => Assert.Contains("?replicaSet=rs0&", node.Environment["MONGO_URI"], StringComparison.Ordinal));
        var compose = Repository.Read("deployments/compose.yaml");
        Assert.Contains(" mongod --replSet rs0 ", compose, StringComparison.Ordinal);
        Assert.Contains("rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: 'mongodb:27017' }] })", compose, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_proxy_is_reached_from_outside_and_only_from_this_machine() =>
        Assert.StartsWith("127.0.0.1:", Assert.Single(Compose.Services.SelectMany(service => service.Value.Ports)));

    [Fact]
    public void Images_have_a_version_and_mounted_files_are_there()
    {
        Assert.All(
            Compose.Services.Values,
            service => Assert.Matches(@"^[a-z0-9./-]+:(v?\d+\.\d+\.?[a-z0-9.-]*|RELEASE\.[0-9TZ-]+)$", service.Image)
        );
        foreach (var mount in Compose.Services.Values.SelectMany(s => s.Volumes).Where(v => v.StartsWith("./", StringComparison.Ordinal)))
            Assert.Contains($"deployments/{mount[2..].Split(':')[0]}", Repository.Files);
    }

    [Fact]
    public void What_compose_asks_of_the_environment_is_in_the_example_and_holds_no_secret()
    {
        var asked = Variable().Matches(WithoutComments(Repository.Read("deployments/compose.yaml"))).Select(match => match.Groups[1].Value);
        var lines = Example();

        // Compose itself reads COMPOSE_PROFILES.
        Assert.Equal(asked.Append("COMPOSE_PROFILES").Distinct().Order(), lines.Select(line => line.Split('=')[0]).Order());
        Assert.Equal(["COMPOSE_PROFILES", "STORE"], lines.Where(line => line[^1] != '=').Select(line => line.Split('=')[0]).Order());
    }

    private static List<string> Example() =>
        [.. WithoutComments(Repository.Read("deployments/compose.env.example")).Split('\n').Where(line => line.Length > 0)];

    private static IEnumerable<string> Names(object? listOrMap) =>
        listOrMap switch
        {
            IDictionary<object, object> map => map.Keys.Cast<string>(),
            IEnumerable<object> list => list.Cast<string>(),
            _ => [],
        };

    private static string WithoutComments(string text) => Comment().Replace(text, "");

    [GeneratedRegex(@"\$\{([A-Z0-9_]+)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?m)^\s*#.*$")]
    private static partial Regex Comment();
}
