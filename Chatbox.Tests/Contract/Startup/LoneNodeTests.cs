using System.Globalization;

namespace Chatbox.Tests.Contract.Startup;

/// <summary>A node without a cluster does not communicate with other processes.</summary>
public sealed class LoneNodeTests
{
    [Fact]
    public async Task Nothing_listens_but_the_two_web_servers()
    {
        if (!OperatingSystem.IsLinux())
            return; // the test reads the kernel's socket tables
        await using var node = await NodeProcess.Start();

        Assert.Equal(new[] { node.Address.Port, node.OperatorAddress.Port }.Order(), ListeningPorts(node.Id).Order());
    }

    [Fact]
    public async Task First_start_warns_of_nothing()
    {
        await using var node = await NodeProcess.Start();

        // What a reader of a log learns to ignore hides what matters. A machine that takes seconds to open the store is to say so.
        Assert.DoesNotMatch("(?m)^[0-9:.]+ (error |warn  (?!WaitingRoom: The node waits for its store))", node.Output);
    }

    private static IEnumerable<int> ListeningPorts(int process)
    {
        const string listening = "0A";
        var sockets = Directory
            .EnumerateFiles($"/proc/{process}/fd")
            .Select(Target)
            .Where(target => target.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(target => target["socket:[".Length..^1])
            .ToHashSet();
        return new[] { "tcp", "tcp6" }
            .SelectMany(table => File.ReadLines($"/proc/{process}/net/{table}").Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns[3] == listening && sockets.Contains(columns[9]))
            .Select(columns => int.Parse(columns[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    /// <summary>What a descriptor leads to; empty if the node closed the descriptor after the listing.</summary>
    private static string Target(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.Name ?? "";
        }
        catch (FileNotFoundException)
        {
            return "";
        }
    }
}
