using System.Diagnostics;
using k8s;
using k8s.Models;

namespace Chatbox.Tests.Deployments;

/// <summary>An overlay of <c>deployments/kubernetes</c> as kubectl builds it, read with Kubernetes' own schema.</summary>
internal sealed class Overlay
{
    /// <summary>The folder with base, components and overlays.</summary>
    public static readonly string Folder = Path.Combine(Repository.Root, "deployments", "kubernetes");

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly IReadOnlyList<object> _objects;

    private Overlay(IReadOnlyList<object> objects) => _objects = objects;

    public IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Objects => [.. _objects.Cast<IKubernetesObject<V1ObjectMeta>>()];

    public V1StatefulSet Node => All<V1StatefulSet>().Single(set => set.Metadata.Name == "chatbox");

    public V1PodSpec Pod => Node.Spec.Template.Spec;

    public V1Container Container => Pod.Containers.Single();

    public IDictionary<string, string> Settings => All<V1ConfigMap>().Single().Data;

    /// <summary>Largest number of nodes that the autoscaler, or else the overlay, starts.</summary>
    public int MostNodes => All<V2HorizontalPodAutoscaler>().SingleOrDefault()?.Spec.MaxReplicas ?? Node.Spec.Replicas!.Value;

    /// <summary>The environment of the first node, without the values of secrets.</summary>
    public Dictionary<string, string> Environment
    {
        get
        {
            var environment = new Dictionary<string, string>(Settings);
            foreach (var variable in Container.Env.Where(variable => variable.Value is not null))
                environment[variable.Name] = variable.Value.Replace("$(POD_NAME)", $"{Node.Metadata.Name}-0", StringComparison.Ordinal);
            return environment;
        }
    }

    public IReadOnlyList<T> All<T>() => [.. _objects.OfType<T>()];

    /// <summary>Builds an overlay and reads it; an unknown field or a wrong type throws.</summary>
    public static Task<Overlay> Read(string name) => ReadFolder(Path.Combine(Folder, "overlays", name));

    /// <summary>Builds an overlay together with a component that the overlay only suggests.</summary>
    public static async Task<Overlay> Read(string name, string component)
    {
        var folder = Directory.CreateTempSubdirectory("chatbox-overlay-");
        try
        {
            // kubectl accepts no absolute paths here.
            var there = Path.GetRelativePath(folder.FullName, Folder);
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "kustomization.yaml"),
                $"namespace: chatbox\nresources: [{there}/overlays/{name}]\ncomponents: [{there}/components/{component}]\n"
            );
            return await ReadFolder(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Builds any folder with a kustomization.</summary>
    public static async Task<Overlay> ReadFolder(string folder)
    {
        using var kubectl = Process.Start(
            new ProcessStartInfo(Requirements.Kubectl!, ["kustomize", folder])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        using var deadline = new CancellationTokenSource(Deadline);
        var errors = kubectl.StandardError.ReadToEndAsync(deadline.Token);
        var yaml = await kubectl.StandardOutput.ReadToEndAsync(deadline.Token);
        await kubectl.WaitForExitAsync(deadline.Token);
        Assert.True(kubectl.ExitCode == 0, await errors);
        return new Overlay(KubernetesYaml.LoadAllFromString(yaml, CustomResources.Types, strict: true));
    }
}
