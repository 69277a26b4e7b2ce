using Chatbox.Messages;

namespace Chatbox.Node.Files.Uploads;

/// <summary>
/// Places for uploads on this node, so that neither one user nor all of them together take its disk and its time. Each node counts by itself:
/// an upload is bound to its node, and so is what it costs. Thread-safe.
/// </summary>
internal sealed class UploadSlots(UploadOptions options)
{
    private readonly Dictionary<UserId, int> _users = [];
    private int _taken;

    /// <summary>Takes a place until the result is disposed; null if there is none.</summary>
    /// <param name="byUser">Whether it is the user's own uploads that leave no place.</param>
    public IDisposable? TryTake(UserId user, out bool byUser)
    {
        lock (_users)
        {
            var mine = _users.GetValueOrDefault(user);
            byUser = mine >= options.PerUser;
            if (byUser || _taken >= options.PerNode)
                return null;
            _users[user] = mine + 1;
            _taken++;
            return new Slot(this, user);
        }
    }

    private void Free(UserId user)
    {
        lock (_users)
        {
            _taken--;
            if (--_users[user] == 0)
                _users.Remove(user);
        }
    }

    private sealed class Slot(UploadSlots slots, UserId user) : IDisposable
    {
        private int _isFree;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isFree, 1) == 0)
                slots.Free(user);
        }
    }
}
