using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.SBR;

namespace Chatbox.Actors.Clustering;

/// <summary>
/// Akka's split brain resolver, punctual. A resolver looks once a second whether its time (<c>stable-after</c>) is over, so each side of a
/// partition would decide up to a second late, and the minority up to a second after the majority. Here several resolvers with the same rule
/// look one after the other (<see cref="ResolversActor"/>).
/// </summary>
public sealed class PunctualDowning(ActorSystem system, Cluster cluster) : IDowningProvider
{
    /// <summary>Makes Akka use this class.</summary>
    public const string Settings = """
        akka.cluster.downing-provider-class = "Chatbox.Actors.Clustering.PunctualDowning, Chatbox.Actors"
        """;

    private readonly SplitBrainResolverProvider _akka = new(system, cluster);

    public TimeSpan DownRemovalMargin => _akka.DownRemovalMargin;

    public Props DowningActorProps => Props.Create(() => new ResolversActor(_akka.DowningActorProps));
}

/// <summary>
/// Starts several resolvers, so that one of them looks each quarter of a second. A node that one has downed is not downed again by the others:
/// they learn of that like of any other change, and wait from then on.
/// </summary>
public sealed class ResolversActor : ReceiveActor, IWithTimers
{
    /// <summary>Number of resolvers.</summary>
    public const int Count = 4;

    /// <summary>Time between the starts of two resolvers: the time between two looks of one, which Akka fixes, divided by their number.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(1) / Count;

    private readonly Props _resolver;
    private int _started;

    public ResolversActor(Props resolver)
    {
        _resolver = resolver;
        Receive<Next>(_ => StartOne());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => StartOne();

    private void StartOne()
    {
        Context.ActorOf(_resolver.WithDispatcher(Context.Props.Dispatcher), $"resolver-{++_started}");
        if (_started < Count)
            Timers.StartSingleTimer(Next.Instance, Next.Instance, Step);
    }

    /// <summary>Time to start the next resolver.</summary>
    private sealed record Next
    {
        public static Next Instance { get; } = new();
    }
}
