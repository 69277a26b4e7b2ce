using System.Net;
using Chatbox.Node.Configuration;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Errors;
using Chatbox.Node.Health;
using Chatbox.Node.Stores;
using Chatbox.Tests.Servers;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Configuration;

namespace Chatbox.Tests.Deployments;

/// <summary>A node accepts the settings of every deployment.</summary>
public sealed class DeployedConfigurationTests
{
    // Variables of the runtime and the platform, which are no settings of a node.
    private static readonly string[] NotOurs = ["ASPNETCORE_ENVIRONMENT", "DOTNET_DbgEnableMiniDump", "POD_NAME"];

    private static readonly Dictionary<string, string> Secrets = new()
    {
        ["JWT_SECRET"] = "0pXv7Qm2Lr9tKz4wYb6NcHs1Jd8Gf3Ra5UeWqMiOlTy=",
        ["ENCRYPTION_KEYS"] = "2026:base64:vFUoBOuBKLIP69YlTsBfYPewC10JYLfRnRuVp6Ottqw=",
        ["POSTGRES_URI"] = "postgres://chatbox:word@db.internal:5432/chatbox",
        ["MONGO_URI"] = "mongodb://chatbox:word@db.internal:27017/?replicaSet=rs0",
        ["LLM_PROVIDER_1_API_KEY"] = "0123456789abcdef",
    };

    [TheoryRequiresKubectl]
    [MemberData(nameof(KubernetesTests.Overlays), MemberType = typeof(KubernetesTests))]
    public async Task Every_setting_of_an_overlay_is_known(string name)
    {
        var overlay = await Overlay.Read(name);
        AssertKnown(overlay.Settings.Keys.Concat(overlay.Container.Env.Select(variable => variable.Name)));
    }

    [Fact]
    public void Every_setting_of_compose_is_known() => AssertKnown(Compose.Nodes.SelectMany(node => node.Environment.Keys));

    [Fact]
    public void Every_setting_of_the_service_is_known_and_its_secrets_wait_to_be_replaced()
    {
        var settings = Repository
            .Read("deployments/systemd/chatbox.env.example")
            .Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('=', 2))
            .ToDictionary(parts => parts[0], parts => parts[1]);

        AssertKnown(settings.Keys);
        Assert.Equal(
            settings.Keys.Intersect(Secrets.Keys).Order(),
            settings.Where(setting => SecretRules.IsPlaceholder(setting.Value)).Select(setting => setting.Key).Order()
        );
        Assert.Contains($"{settings["CLUSTER_HOST"]}:4053", settings["CLUSTER_SEEDS"].Split(','));
    }

    [Fact]
    public void Every_secret_of_the_template_is_known_and_waits_to_be_replaced()
    {
        var template = KubernetesYaml.LoadAllFromString(Repository.Read("deployments/kubernetes/secret.template.yaml"), null, strict: true);
        var secret = Assert.IsType<V1Secret>(Assert.Single(template));

        AssertKnown(secret.StringData.Keys);
        Assert.All(secret.StringData.Values, value => Assert.True(SecretRules.IsPlaceholder(value)));
    }

    [TheoryRequiresKubectl]
    [InlineData("dev", StoreKind.Sqlite)]
    [InlineData("k3s", StoreKind.Postgres)]
    [InlineData("production-postgres", StoreKind.Postgres)]
    public async Task Node_takes_what_an_overlay_says(string name, StoreKind store)
    {
        var options = Load((await Overlay.Read(name)).Environment, withSecrets: store != StoreKind.Sqlite);

        Assert.Equal((store, store == StoreKind.Postgres), (options.Store.Kind, options.Cluster.IsShared));
        Assert.True(options.Server.Host.Equals(IPAddress.IPv6Any) || options.Server.Host.Equals(IPAddress.Any));
        if (options.Cluster.IsShared)
            Assert.Contains(options.Cluster.Address, options.Cluster.Seeds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("clamav:3310")]
    public void Node_takes_what_compose_says(string scanner)
    {
        foreach (var node in Compose.Nodes)
        {
            // The values as compose fills them in for PostgreSQL without encryption.
            var environment = new Dictionary<string, string>(node.Environment)
            {
                ["STORE"] = "postgres",
                ["POSTGRES_URI"] = Secrets["POSTGRES_URI"],
                ["MONGO_URI"] = "",
                ["JWT_SECRET"] = Secrets["JWT_SECRET"],
                ["ENCRYPTION_KEYS"] = "",
                ["UPLOAD_SCAN_CLAMAV"] = scanner,
            };
            foreach (var (key, value) in node.Environment)
                if (value.StartsWith("${MINIO_PASSWORD:", StringComparison.Ordinal))
                    environment[key] = "";
            Assert.DoesNotContain(environment.Values, value => value.Contains('$', StringComparison.Ordinal));
            var options = Load(environment, withSecrets: false);

            Assert.Contains(options.Cluster.Address, options.Cluster.Seeds);
            Assert.Equal(scanner, $"{options.Scan.ClamAv}");
            Assert.DoesNotContain(options.Warnings, warning => warning.Message.Contains("has no effect", StringComparison.Ordinal));
        }
    }

    // True for builds with and without the MongoDB store.
    [FactRequiresKubectl]
    public async Task Node_minds_nothing_about_mongodb_but_that_it_may_not_have_it()
    {
        var environment = (await Overlay.Read("production-mongodb")).Environment;
        var mistakes = Record.Exception(() => Load(environment, withSecrets: true)) as ConfigurationException;

        Assert.All(mistakes?.Errors ?? [], mistake => Assert.Equal("STORE", mistake.Key));
    }

    [FactRequiresKubectl]
    public async Task Probes_and_annotations_name_paths_that_a_node_has()
    {
        await using var node = await TestNode.Start();
        foreach (var name in KubernetesTests.Names)
        {
            var overlay = await Overlay.Read(name);
            var annotations = overlay.Node.Spec.Template.Metadata.Annotations;
            var paths = new[] { overlay.Container.StartupProbe, overlay.Container.LivenessProbe, overlay.Container.ReadinessProbe }
                .Select(probe => probe.HttpGet.Path)
                .ToList();
            foreach (var path in paths.Append(annotations["prometheus.io/path"]))
                Assert.Equal(HttpStatusCode.OK, (await node.Http.GetAsync(path)).StatusCode);

            Assert.Equal(["/chatbox/healthz", "/chatbox/healthz", "/chatbox/readyz"], paths);
            Assert.True(overlay.Container.ReadinessProbe.TimeoutSeconds > Readiness.Deadline.TotalSeconds);
            Assert.Equal(overlay.Settings["SERVER_PORT"], annotations["prometheus.io/port"]);
            Assert.Equal(overlay.Settings["SERVER_PORT"], $"{overlay.Container.Ports.Single(port => port.Name == "http").ContainerPort}");
        }
    }

    private static NodeOptions Load(Dictionary<string, string> environment, bool withSecrets)
    {
        foreach (var (key, value) in withSecrets ? Secrets : [])
            environment.TryAdd(key, value);
        var folder = Directory.CreateTempSubdirectory("chatbox-deployed-");
        environment["DATA_DIR"] = folder.FullName;
        if (environment.ContainsKey("CLUSTER_TLS_CERTIFICATE"))
            MountCertificates(environment, folder.FullName);
        try
        {
            return ConfigurationLoader.Load(new ConfigurationBuilder().AddInMemoryCollection(environment!).Build(), folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Certificate files as the deployment's secret would hold them, in place of the folder where the secret is mounted.</summary>
    private static void MountCertificates(Dictionary<string, string> environment, string folder)
    {
        using var authority = new CertificateAuthority(folder, "ca");
        var (certificate, key) = authority.Sign("tls");
        File.Move(authority.File, Path.Combine(folder, "ca.crt"));
        File.Move(certificate, Path.Combine(folder, "tls.crt"));
        Assert.Equal(Path.Combine(folder, "tls.key"), key);
        foreach (var name in new[] { "CLUSTER_TLS_CERTIFICATE", "CLUSTER_TLS_KEY", "CLUSTER_TLS_CA" })
            environment[name] = environment[name].Replace("/etc/chatbox/cluster-tls", folder, StringComparison.Ordinal);
    }

    private static void AssertKnown(IEnumerable<string> keys)
    {
        var known = SettingTable.Sections.SelectMany(section => section.Settings).Select(setting => setting.Key).ToList();
        var groups = known.Where(key => key.Contains("<n>", StringComparison.Ordinal)).Select(key => key.Replace("<n>", "1"));
        Assert.Empty(keys.Except([.. known, .. groups, .. NotOurs]));
    }
}
