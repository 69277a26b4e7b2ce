using Chatbox.Actors.Index;

namespace Chatbox.Node.Stores.Index.Tallies;

/// <summary>Puts the tallies of a span together, step by step in order.</summary>
/// <param name="active">Number of sessions that were active before the span.</param>
internal sealed class MetricsSum(MetricsSteps steps, long active)
{
    private readonly TimeCounts _times = new(steps.Scale);
    private readonly List<MetricsBucket> _series = [];
    private TallySums _sums;
    private long _longest;
    private Swing _swing;

    /// <summary>Adds the tallies of the next step, which fill it.</summary>
    public void AddStep(IEnumerable<Tally> parts)
    {
        var (sums, longest, swing) = (default(TallySums), 0L, default(Swing));
        _times.Clear();
        foreach (var part in parts)
        {
            sums += part.Sums;
            longest = Math.Max(longest, part.LongestTime);
            swing += part.Swing;
            _times.Add(part.Times, part.Scale);
        }

        var limit = new TimeSpan(longest);
        _series.Add(
            new MetricsBucket(
                IndexRowReader.Moment(steps[_series.Count].From),
                (int)sums.Sessions.All,
                (int)(active + _swing.Change + swing.Peak),
                sums.Tokens,
                _times.Percentile(50, limit),
                _times.Percentile(95, limit)
            )
        );
        _sums += sums;
        _longest = Math.Max(_longest, longest);
        _swing += swing;
    }

    /// <summary>The metrics, when all steps were added.</summary>
    public IndexMetrics Finish() =>
        new(
            (int)_sums.Sessions.Count(active: true, null, null),
            (int)_sums.Sessions.All,
            active + (double)_swing.Area / _swing.Length,
            (int)(active + _swing.Peak),
            _sums.Tokens,
            _sums.Responses == 0 ? TimeSpan.Zero : new TimeSpan(_sums.ResponseTime / _sums.Responses),
            new TimeSpan(_longest),
            (int)_sums.Sessions.Count(null, assisted: true, null),
            (int)_sums.Sessions.Count(null, null, helped: true),
            _series
        )
        {
            People = new PeopleNumbers(_sums.Takeovers, _sums.HelpRequests, _sums.RatingsUp, _sums.RatingsDown),
        };
}
