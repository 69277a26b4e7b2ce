using System.Collections.Immutable;
using System.Text;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using FsCheck;
using FsCheck.Fluent;
using static Chatbox.Tests.Integration.Index.IndexSamples;

namespace Chatbox.Tests.Integration.Index;

/// <summary>Whatever is delivered twice, late or together: the index ends up as if each update had come once, by itself, in order.</summary>
[Collection(IndexCollection.Name)]
public sealed class IndexDeliveryTests(IndexStores stores)
{
    private const int Sessions = 3;

    /// <summary>What a session does next, and what of its updates comes once more afterwards.</summary>
    public sealed record Step(int Session, int Kind, int[] Again, bool Together);

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Doubled_and_late_updates_are_applied_once_and_in_order(IndexStore store)
    {
        var (once, noisy) = (await stores.Open(store), await stores.Open(store));
        var number = 0;
        var step =
            from session in Gen.Choose(0, Sessions - 1)
            from kind in Gen.Choose(0, 5)
            from again in Gen.Choose(0, 30).ArrayOf().Resize(4)
            from together in Gen.Elements(true, false)
            select new Step(session, kind, again, together);
        var property = Prop.ForAll(
            step.ArrayOf().ToArbitrary(),
            steps => Same(once, noisy, steps, Interlocked.Increment(ref number)).GetAwaiter().GetResult()
        );
        await Task.Run(() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(store == IndexStore.Sqlite ? 60 : 25), property));
    }

    private static async Task Same(TestIndex once, TestIndex noisy, Step[] steps, int number)
    {
        // A user and a day for each case, so that one index serves all.
        var (user, day) = (new UserId($"user{number}"), Noon.AddDays(2 * number));
        var sessions = Enumerable.Range(0, Sessions).Select(_ => new SimulatedFeed(Session(user, day))).ToList();
        var sent = new List<SessionUpdate>();
        var gathered = new List<SessionUpdate>();
        foreach (var (step, n) in steps.Select((step, n) => (step, n)))
        {
            var update = sessions[step.Session].Next(step.Kind, day.AddSeconds(n));
            await once.Apply(update);
            sent.Add(update);
            gathered.AddRange([update, .. step.Again.Select(back => sent[^(1 + back % sent.Count)])]);
            if (step.Together)
                continue;
            await noisy.Apply([.. gathered]);
            gathered.Clear();
        }

        await noisy.Apply([.. gathered]);
        Assert.Equal(await Describe(once, user, day), await Describe(noisy, user, day));
    }

    private static async Task<string> Describe(TestIndex index, UserId user, DateTimeOffset day)
    {
        var text = new StringBuilder();
        var all = new SessionQuery(user, OrderBy: SessionOrder.StartTime);
        foreach (var session in (await index.Index.List(all, default)).Sessions)
        {
            text.AppendLine(session.ToString());
            foreach (var message in await index.Index.History(session.SessionId, null, 1000, default))
                text.AppendLine(message.Text());
        }

        foreach (var word in new[] { "text", "name", "text1", "text2", "name3", "name4" })
            text.AppendLine($"{word}: {string.Join(",", await index.List(all with { Search = word }))}");
        var metrics = await index.Index.Metrics(day, day.AddHours(1), default);
        text.AppendLine($"{metrics with { Series = [] }}").AppendJoin('\n', metrics.Series);
        return text.ToString().Replace(metrics.Series.GetType().ToString(), "", StringComparison.Ordinal);
    }

    /// <summary>A session as the index hears of it.</summary>
    private sealed class SimulatedFeed(SessionSummary summary)
    {
        private SessionSummary _summary = summary;
        private long _seq;
        private MessageId? _lastAnswer;

        public SessionUpdate Next(int kind, DateTimeOffset at)
        {
            _seq += 2;
            _summary = _summary with { LastActivity = at };
            ImmutableArray<IndexedMessage> messages = [];
            ImmutableArray<MessageId> superseded = [];
            switch (kind)
            {
                case 0:
                    messages = [Said(_seq, $"text{_seq}", at)];
                    break;
                case 1:
                    messages = [Said(_seq - 1, "text", at), Answered(_seq, $"answer{_seq}", at, tokens: _seq)];
                    _lastAnswer = messages[1].MessageId;
                    break;
                case 2:
                    superseded = _lastAnswer is { } answer ? [answer] : [];
                    break;
                case 3:
                    _summary = _summary with { EndTime = _summary.EndTime ?? at };
                    break;
                case 4:
                    _summary = _summary with { EndTime = null };
                    break;
                default:
                    _summary = _summary with { Name = $"name name{_seq % 5}" };
                    break;
            }

            _summary = _summary with { MessageCount = _summary.MessageCount + messages.Length };
            return new SessionUpdate(_seq, _summary, messages, superseded);
        }
    }
}
