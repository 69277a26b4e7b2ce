using Chatbox.Node.Configuration.Formats;
using k8s;
using k8s.Models;

namespace Chatbox.Tests.Deployments;

/// <summary>The template for an operator's own deployment: its secrets, its image and its host name.</summary>
public sealed class KubernetesSiteTests
{
    private const string Digest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    [FactRequiresKubectl]
    public async Task Changed_secret_changes_the_pods_and_nothing_else_of_them()
    {
        using var site = new Site();
        var before = await site.Read();
        site.Edit("secrets.env", "JWT_SECRET=REPLACE_WITH_A_SECRET", "JWT_SECRET=0pXv7Qm2Lr9tKz4wYb6NcHs1Jd8Gf3Ra5UeWqMiOlTy=");
        var after = await site.Read();

        Assert.NotEqual(Template(before), Template(after));
        Assert.Equal(
            Template(before),
            Template(after).Replace(SecretOf(after).Metadata.Name, SecretOf(before).Metadata.Name, StringComparison.Ordinal)
        );
        Assert.All(
            new[] { before, after },
            o => Assert.Contains(o.Container.EnvFrom, source => source.SecretRef?.Name == SecretOf(o).Metadata.Name)
        );
    }

    [FactRequiresKubectl]
    public async Task Image_and_host_name_of_the_site_are_used()
    {
        using var site = new Site();
        site.Edit("kustomization.yaml", "newName: registry.example.org/chatbox", "newName: ghcr.io/somebody/chatbox");
        site.Edit("kustomization.yaml", $"sha256:{new string('0', 64)}", Digest);
        site.Edit("kustomization.yaml", "chat.example.org", "talk.example.net");
        var overlay = await site.Read();

        Assert.Equal($"ghcr.io/somebody/chatbox:0.2.0@{Digest}", overlay.Container.Image);
        Assert.All(overlay.All<Gateway>().Single().Spec.Listeners, listener => Assert.Equal("talk.example.net", listener.Hostname));
        Assert.All(overlay.All<HttpRoute>(), route => Assert.Equal(["talk.example.net"], route.Spec.Hostnames));
    }

    [Fact]
    public void Secrets_of_the_example_are_those_of_the_template_and_stay_out_of_the_repository()
    {
        var template = KubernetesYaml.LoadAllFromString(Repository.Read("deployments/kubernetes/secret.template.yaml"), null, strict: true);
        var example = Repository
            .Read("deployments/kubernetes/site/secrets.env.example")
            .Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('=', 2))
            .ToDictionary(parts => parts[0], parts => parts[1]);

        Assert.Equal(Assert.IsType<V1Secret>(template.Single()).StringData, example);
        Assert.All(example.Values, value => Assert.True(SecretRules.IsPlaceholder(value)));
        Assert.Equal("secrets.env\n", Repository.Read("deployments/kubernetes/site/.gitignore"));
    }

    // If another controller makes the secret, an annotation names the secret whose changes must replace the pods.
    [TheoryRequiresKubectl]
    [MemberData(nameof(KubernetesTests.Overlays), MemberType = typeof(KubernetesTests))]
    public async Task Reloader_watches_the_secret_of_the_environment(string name)
    {
        var overlay = await Overlay.Read(name);
        Assert.Contains(
            overlay.Container.EnvFrom,
            source => source.SecretRef?.Name == overlay.Node.Metadata.Annotations["secret.reloader.stakater.com/reload"]
        );
    }

    private static V1Secret SecretOf(Overlay overlay) => Assert.Single(overlay.All<V1Secret>());

    private static string Template(Overlay overlay) => KubernetesJson.Serialize(overlay.Node.Spec.Template);

    /// <summary>A copy of all manifests with the example's secrets filled in.</summary>
    private sealed class Site : IDisposable
    {
        private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("chatbox-site-");
        private readonly string _folder;

        public Site()
        {
            foreach (var file in Directory.EnumerateFiles(Overlay.Folder, "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(_copy.FullName, Path.GetRelativePath(Overlay.Folder, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }

            _folder = Path.Combine(_copy.FullName, "site");
            File.Copy(Path.Combine(_folder, "secrets.env.example"), Path.Combine(_folder, "secrets.env"), overwrite: true);
        }

        public Task<Overlay> Read() => Overlay.ReadFolder(_folder);

        public void Edit(string file, string old, string @new)
        {
            var path = Path.Combine(_folder, file);
            var text = File.ReadAllText(path);
            Assert.Contains(old, text);
            File.WriteAllText(path, text.Replace(old, @new, StringComparison.Ordinal));
        }

        public void Dispose() => _copy.Delete(recursive: true);
    }
}
