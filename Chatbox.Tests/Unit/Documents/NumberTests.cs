using System.Globalization;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Index;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.Indexing;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Actors.Users;
using Chatbox.Messages.Frames;
using Chatbox.Node.Clustering;
using Chatbox.Node.Clustering.Links;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Errors;
using Chatbox.Node.Files;
using Chatbox.Node.Files.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Chatbox.Tests.Unit.Documents;

/// <summary>Numbers in the documents against the constants, defaults and settings that they repeat.</summary>
public sealed partial class NumberTests
{
    private const string Architecture = "docs/architecture.md";
    private const string Protocol = "docs/protocol.md";

    /// <summary>Each phrase is built from the code's own number: if one of the two changes alone, the document lacks the phrase.</summary>
    public static TheoryData<string, string> Phrases() =>
        new()
        {
            { Architecture, $"more than {ViewerGreetings.MaxReplay} items" },
            { Architecture, $"at most {IndexFeed.MaxUpdateMessages} messages" },
            { Architecture, $"at most {SessionBounds.Default.Items} items and {SessionBounds.Default.Length} UTF-16 code units" },
            { Architecture, $"at most {ShrinkingPrompt.MaxTimes} times" },
            { Architecture, $"{ThinkingReporter.MaxLength} UTF-16 code units of thinking" },
            { Architecture, $"in frames of at most {SessionView.MaxThinkingLength}" },
            { Architecture, $"at most {MessageSize.MaxBytes} bytes, and {MessageSize.MaxJsonBytes} as JSON" },
            { Architecture, $"At most {ViewerCommands.MaxAcks} acks" },
            { Architecture, $"the last {UserState.MaxRetired} sessions" },
            { Architecture, $"the newest {Grouped(UserState.MaxCommands)}" },
            { Architecture, $"for {CommandMemory.Lifetime.TotalHours} hours" },
            {
                Architecture,
                $"at most {IndexQueue.MaxUpdates} of them, and none after {IndexQueue.MaxMessages} messages or {IndexQueue.MaxLength} UTF"
            },
            { Architecture, $"one part of {S3FileStore.PartBytes >> 20} MiB in memory" },
            { Architecture, $"(`DiskCalls`) | {DiskCalls.Deadline.TotalSeconds} s |" },
            {
                Architecture,
                $"{S3Calls.AttemptDeadline.TotalSeconds} s for an attempt, {S3Calls.Deadline.TotalSeconds} s for {(S3Calls.Retries == 2 ? "three" : "?")}"
            },
            { Architecture, $"(`FileStoreWatch`) | {FileStoreWatch.Deadline.TotalSeconds} s |" },
            { Protocol, $"Up to {SessionDecisions.MaxWaiting} messages wait" },
            { Protocol, $"more than {ViewerGreetings.MaxReplay} items behind" },
            { Protocol, $"{Grouped(FrameReader.MaxContentScalars)} Unicode characters and {Grouped(FrameReader.MaxContentBytes)} bytes" },
            { Protocol, $"{FrameReader.MaxMetadataKeys} keys; {FrameReader.MaxMetadataLength} for each key and value" },
            { Protocol, $"{Grouped(MessageSize.MaxBytes)} bytes of UTF-8 and {Grouped(MessageSize.MaxJsonBytes)} bytes as JSON" },
            { Protocol, $"at most {FrameReader.MaxClockSkew.TotalSeconds} s ahead" },
            { Protocol, $"at least the newest {CommandMemory.MaxCommands} of a session and {Grouped(UserState.MaxCommands)} of a user" },
            { Protocol, $"{ViewerCommands.MaxAcks} of its acks wait" },
            { Protocol, $"at most every {ThinkingReporter.Interval.TotalSeconds} s" },
            { Protocol, $"the process ends with code {ConfigurationException.ExitCode}" },
        };

    [Theory]
    [MemberData(nameof(Phrases))]
    public void Document_repeats_the_numbers_of_the_code(string document, string phrase) =>
        Assert.Contains(phrase, LineBreak().Replace(Repository.Read(document), " "), StringComparison.Ordinal);

    /// <summary>A default behind the name of its setting, such as "`WS_PING_PERIOD` (54 s)", is the one that the node has.</summary>
    [Fact]
    public void Every_default_that_a_document_names_is_the_default()
    {
        var defaults = SettingTable.Sections.SelectMany(section => section.Settings).ToDictionary(setting => setting.Key);
        var named = (
            from document in Repository.Files
            where document.EndsWith(".md", StringComparison.Ordinal) && document is not ("docs/configuration.md" or "RELEASE_NOTES.md")
            from Match match in NamedDefault().Matches(Repository.Read(document))
            let setting = defaults.GetValueOrDefault(match.Groups["setting"].Value)
            where setting is { DefaultText.Length: > 0 }
            select (document, setting, Value: match.Groups["value"].Value + match.Groups["unit"].Value)
        ).ToList();

        Assert.Contains(named, name => name.setting.Key == "WS_PING_PERIOD");
        Assert.All(named, name => Assert.Equal((name.document, Amount(name.setting.DefaultText)), (name.document, Amount(name.Value))));
    }

    [Fact]
    public async Task Times_of_the_cluster_are_those_of_its_configuration()
    {
        var alone = new ClusterNodeOptions([], new ClusterAddress("localhost", 4053));
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging().AddAkka("chatbox", akka => akka.WithChatboxCluster(alone));
        using var host = builder.Build();
        var cluster = host.Services.GetRequiredService<ActorSystem>().Settings.Config.GetConfig("akka.cluster");
        var restarts = cluster.GetInt("sharding.entity-recovery-constant-rate-strategy.number-of-entities");
        var snapshot = cluster.GetInt("sharding.snapshot-after");
        var downed = cluster.GetTimeSpan("split-brain-resolver.stable-after");
        var margin = cluster.GetTimeSpan("down-removal-margin");

        Assert.Equal(TimeSpan.FromSeconds(1), cluster.GetTimeSpan("sharding.entity-recovery-constant-rate-strategy.frequency"));
        Document_repeats_the_numbers_of_the_code(Architecture, $"{restarts} a second for each shard");
        Document_repeats_the_numbers_of_the_code("docs/decisions/0009-remembered-sessions.md", $"{restarts} a second for each shard");
        Document_repeats_the_numbers_of_the_code("docs/decisions/0009-remembered-sessions.md", $"every {snapshot} events");
        Document_repeats_the_numbers_of_the_code(
            Architecture,
            $"downed {downed.TotalSeconds} s later if a majority goes on without it, and its sessions start elsewhere {margin.TotalSeconds} s after"
        );
        await host.StopAsync();
    }

    private static string Grouped(int number) => number.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ');

    // Seconds of a duration, bytes of a size, or the number itself.
    private static double Amount(string text)
    {
        if (text.EndsWith("iB", StringComparison.Ordinal))
            return double.Parse(text[..^3], CultureInfo.InvariantCulture) * (text[^3] == 'K' ? 1024 : 1024 * 1024);
        if (double.TryParse(text.Replace(" ", ""), CultureInfo.InvariantCulture, out var number))
            return number;
        Assert.True(GoDuration.TryParse(text, out var duration, out var problem), problem);
        return duration.TotalSeconds;
    }

    [GeneratedRegex(@"\s*\n\s*")]
    private static partial Regex LineBreak();

    [GeneratedRegex(
        @"`(?<setting>[A-Z][A-Z_]+)`(?:, | \()(?<value>[0-9]+(?: [0-9]{3})*) ?(?<unit>ms|s|m|h|KiB|MiB)?(?=[ ,;:.)|])(?! characters)"
    )]
    private static partial Regex NamedDefault();
}
