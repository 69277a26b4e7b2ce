using Chatbox.Tests.Servers;
using k8s;

namespace Chatbox.Tests.Deployments;

/// <summary>Every overlay has the fields that Kubernetes requires, and values that it allows. The .NET types check neither.</summary>
public sealed class KubernetesModelsTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [TheoryRequiresKubectlAndNode]
    [MemberData(nameof(KubernetesTests.Overlays), MemberType = typeof(KubernetesTests))]
    public async Task Overlay_is_complete(string name)
    {
        var overlay = await Overlay.Read(name);
        Assert.Equal([$"{Known(overlay).Count()}"], await Check(overlay));
    }

    [FactRequiresKubectlAndNode]
    public async Task Check_finds_what_is_missing_and_what_is_not_allowed()
    {
        var overlay = await Overlay.Read("dev");
        overlay.Node.Spec.PodManagementPolicy = "Nobody";
        overlay.Container.VolumeMounts[0].Name = null;
        var said = await Check(overlay);

        Assert.Equal(2, said.Count);
        Assert.Contains("spec/podManagementPolicy must be equal to one of the allowed values", said[0]);
        Assert.Contains("volumeMounts/0 must have required property name", said[0]);
    }

    // Custom resources are in another package, and no version of that package fits this one.
    private static IEnumerable<object> Known(Overlay overlay) => overlay.Objects.Where(o => o is not ICustomResource);

    /// <summary>One line for each invalid object, and the number of objects.</summary>
    private static async Task<IReadOnlyList<string>> Check(Overlay overlay)
    {
        // One by one: serialized as a list, the objects would lose all fields that their common type lacks.
        var json = $"[{string.Join(',', Known(overlay).Select(o => KubernetesJson.Serialize(o)))}]";
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, json);
            using var check = new NpmProcess("kubernetes-check.mjs", file);
            using var deadline = new CancellationTokenSource(Deadline);
            return (await check.Output(deadline.Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
