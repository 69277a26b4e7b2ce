using System.Collections.Immutable;
using System.Diagnostics;
using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sealing;
using Chatbox.Actors.Serialization;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Node.Stores.Sqlite;
using Chatbox.Node.Telemetry;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Benchmarks.Runs;

/// <summary>The recovery times of a session of one length, in milliseconds.</summary>
/// <param name="Messages">The number of messages, questions and answers together.</param>
internal sealed record RecoveryMeasurement(int Messages, IReadOnlyList<double> Milliseconds);

/// <summary>Fills sessions of several lengths and measures the recovery of each, from its start to its first reply.</summary>
internal static class RecoveryRun
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly UserId User = new("person");

    public static async Task<IReadOnlyList<RecoveryMeasurement>> Run(
        IReadOnlyList<int> lengths,
        int repetitions,
        TextWriter progress,
        CancellationToken cancellationToken
    )
    {
        var folder = Directory.CreateTempSubdirectory("chatbox-recovery-").FullName;
        try
        {
            using var host = await Start(SqliteHosting.ConnectionString(folder), cancellationToken);
            var system = host.Services.GetRequiredService<ActorSystem>();
            var with = Dependencies(system, host.Services);
            var measurements = new List<RecoveryMeasurement>();
            foreach (var length in lengths.Prepend(lengths[0])) // the first measurement only warms up the code
            {
                await progress.WriteLineAsync($"a session of {length} messages");
                measurements.Add(new RecoveryMeasurement(length, await Measure(system, with, length, repetitions, cancellationToken)));
            }

            await host.StopAsync(cancellationToken);
            return measurements[1..];
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IHost> Start(string store, CancellationToken cancellationToken)
    {
        SqliteHosting.Prepare(store);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddChatboxMetrics();
        builder.Services.AddHealthChecks(); // Akka.Hosting registers health checks and needs the service
        builder.Services.AddAkka(
            "recovery",
            (akka, _) =>
                akka.WithSqliteStore(store)
                    .WithStrictSerialization()
                    .WithCustomSerializer("chatbox", [typeof(IWireMessage)], system => new ChatboxSerializer(system))
                    .WithCustomSerializer("chatbox-stored-row", [], system => new StoredRowSerializer(system))
        );
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return host;
    }

    private static SessionDependencies Dependencies(ActorSystem system, IServiceProvider services) =>
        new(
            system.ActorOf(Props.Create<PromptModel>()),
            system.ActorOf(Props.Create<PromptIndex>()),
            new ChatSessionOptions(),
            new ModelOptions { Models = [new ModelDescription(new ModelId("m"), "M", "demo")], Default = new ModelId("m") },
            services.GetRequiredService<IChatboxMetrics>(),
            TimeProvider.System,
            new SessionSealing(new PlainCipher())
        );

    private static async Task<IReadOnlyList<double>> Measure(
        ActorSystem system,
        SessionDependencies with,
        int length,
        int repetitions,
        CancellationToken cancellationToken
    )
    {
        var id = SessionId.New();
        var props = Props.Create(() => new SessionActor(id, with));
        var session = system.ActorOf(props);
        for (var n = 0; n < length / 2; n++)
        {
            while (await session.Ask(Question(id, n), Deadline, cancellationToken) is CommandRefused { Reason: Refusal.QueueFull })
                await session.Ask<Ownership>(new GetOwnership(id, User), Deadline, cancellationToken);
        }

        var times = new List<double>(repetitions);
        for (var n = 0; n < repetitions; n++)
        {
            await session.GracefulStop(Deadline);
            var started = Stopwatch.GetTimestamp();
            session = system.ActorOf(props);
            await session.Ask<Ownership>(new GetOwnership(id, User), Deadline, cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        await session.GracefulStop(Deadline);
        return times;
    }

    private static SubmitMessage Question(SessionId session, int n) =>
        new(
            session,
            new CommandId($"c{n}"),
            Named: true,
            User,
            $"Question {n}: {new string('q', 100)}",
            ImmutableSortedDictionary<string, string>.Empty,
            TimeProvider.System.GetUtcNow(),
            Admission.Granted
        );
}
