using Akka.Actor;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Chatbox.Actors.Dispatch;

/// <summary>
/// An unbounded queue of messages that needs memory only for those that wait. Any thread may add messages; one thread at a time takes them.
/// </summary>
/// <remarks>It locks itself: an object of its own to lock would cost as much memory as the queue, and only the actor's mailbox has the queue.</remarks>
public sealed class CompactQueue : IMessageQueue, IUnboundedMessageQueueSemantics, IUnboundedDequeBasedMessageQueueSemantics
{
    /// <summary>Places of the first array.</summary>
    private const int FewPlaces = 4;

    /// <summary>Most places of an array that is kept while no message waits.</summary>
    private const int KeptPlaces = 16;

    private Envelope[] _places = [];
    private int _head;
    private volatile int _count;

    public bool HasMessages => _count > 0;

    public int Count => _count;

    /// <summary>Number of places in memory.</summary>
    internal int Places => _places.Length;

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        lock (this)
        {
            EnsurePlace();
            _places[(_head + _count) & (_places.Length - 1)] = envelope;
            _count++;
        }
    }

    /// <summary>Puts a message before all others, as a stash does.</summary>
    public void EnqueueFirst(Envelope envelope)
    {
        lock (this)
        {
            EnsurePlace();
            _head = (_head - 1) & (_places.Length - 1);
            _places[_head] = envelope;
            _count++;
        }
    }

    public bool TryDequeue(out Envelope envelope)
    {
        lock (this)
        {
            if (_count == 0)
            {
                envelope = default;
                return false;
            }

            envelope = _places[_head];
            _places[_head] = default;
            _head = (_head + 1) & (_places.Length - 1);
            _count--;
            if (_count == 0 && _places.Length > KeptPlaces)
                (_places, _head) = ([], 0);
            return true;
        }
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope))
            deadletters.Enqueue(owner, envelope);
    }

    private void EnsurePlace()
    {
        if (_count < _places.Length)
            return;
        var larger = new Envelope[Math.Max(FewPlaces, _places.Length * 2)];
        for (var n = 0; n < _count; n++)
            larger[n] = _places[(_head + n) & (_places.Length - 1)];
        (_places, _head) = (larger, 0);
    }
}
