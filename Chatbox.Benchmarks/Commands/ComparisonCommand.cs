using System.CommandLine;
using System.CommandLine.Parsing;
using Chatbox.Benchmarks.Measurement;
using Chatbox.Benchmarks.Processes;

namespace Chatbox.Benchmarks.Commands;

/// <summary>The options and steps that all comparing commands share.</summary>
internal abstract class ComparisonCommand : Command
{
    private readonly Option<Target[]> _targets = new("--targets")
    {
        Description = "What to measure, in this order: relay, signalr, chatbox, pacedrelay, unpacedchatbox.",
        DefaultValueFactory = _ => [Target.Relay, Target.SignalR, Target.Chatbox],
        CustomParser = ParseTargets,
    };

    private readonly Option<string> _node = new("--node")
    {
        Description = "The node to measure.",
        DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "Chatbox.Node.dll"),
    };

    private readonly Option<FileInfo?> _out = new("--out") { Description = "Also write the report to this file." };
    private readonly Option<TimeSpan> _limit;

    protected ComparisonCommand(string name, string description, TimeSpan limit)
        : base(name, description)
    {
        _limit = DurationOption("--limit", "Longest time for the whole measurement.", limit);
        Add(_targets);
        Add(_node);
        Add(_out);
        Add(_limit);
        SetAction(Run);
    }

    protected abstract Task<string> Measure(
        ParseResult parsed,
        IReadOnlyList<Target> targets,
        string node,
        CancellationToken cancellationToken
    );

    protected static Option<int> NumberOption(string name, string description, int value, int least, int most)
    {
        var option = new Option<int>(name) { Description = $"{description} {least} to {most}.", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var number && (number < least || number > most))
                result.AddError($"{name} must be {least} to {most}.");
        });
        return option;
    }

    internal static Option<TimeSpan> DurationOption(string name, string description, TimeSpan value) =>
        new(name)
        {
            Description = description,
            DefaultValueFactory = _ => value,
            CustomParser = result =>
            {
                if (Duration.Parse(result.Tokens.Single().Value) is { } duration && duration > TimeSpan.Zero)
                    return duration;
                result.AddError($"{name} must look like 20ms, 10s or 5m.");
                return default;
            },
        };

    private async Task<int> Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            await Console.Error.WriteLineAsync("The measurements read /proc and therefore need Linux.");
            return 2;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(parsed.GetValue(_limit));
        string report;
        try
        {
            report = await Measure(parsed, parsed.GetValue(_targets)!, parsed.GetValue(_node)!, limit.Token);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync(
                cancellationToken.IsCancellationRequested ? "Stopped." : $"Not done within {parsed.GetValue(_limit)}."
            );
            return 1;
        }

        Console.Write(report);
        if (parsed.GetValue(_out) is { } file)
            await File.WriteAllTextAsync(file.FullName, report, CancellationToken.None);
        return 0;
    }

    private static Target[] ParseTargets(ArgumentResult result)
    {
        var targets = new List<Target>();
        foreach (var name in result.Tokens.SelectMany(t => t.Value.Split(',')))
        {
            if (
                Enum.GetValues<Target>().Where(t => t.ToString().Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray() is [var target]
            )
                targets.Add(target);
            else
                result.AddError($"There is no target '{name}'.");
        }

        return [.. targets.Distinct()];
    }
}
