using Akka.Actor;
using Chatbox.Actors.Dispatch;
using FsCheck.Xunit;

namespace Chatbox.Tests.Property.Dispatch;

public sealed class CompactQueueProperties
{
    /// <summary>Any order of calls has the effect that it has on a list.</summary>
    /// <param name="calls">0: put a message before all others; 1 to 4: put one behind all others; anything else: take one.</param>
    [Property(MaxTest = 300)]
    public void Queue_gives_what_a_list_gives(byte[] calls)
    {
        var (queue, list) = (new CompactQueue(), new LinkedList<int>());
        foreach (var (call, n) in calls.Select((call, n) => (call % 8, n)))
        {
            if (call == 0)
            {
                queue.EnqueueFirst(new Envelope(n, ActorRefs.Nobody));
                list.AddFirst(n);
            }
            else if (call < 5)
            {
                queue.Enqueue(ActorRefs.Nobody, new Envelope(n, ActorRefs.Nobody));
                list.AddLast(n);
            }
            else
            {
                Assert.Equal(list.Count > 0, queue.TryDequeue(out var taken));
                if (list.First is { } first)
                {
                    Assert.Equal(first.Value, taken.Message);
                    list.RemoveFirst();
                }
            }

            Assert.Equal(list.Count, queue.Count);
            Assert.Equal(list.Count > 0, queue.HasMessages);
        }

        foreach (var expected in list)
        {
            Assert.True(queue.TryDequeue(out var taken));
            Assert.Equal(expected, taken.Message);
        }

        Assert.False(queue.TryDequeue(out _));
    }
}
