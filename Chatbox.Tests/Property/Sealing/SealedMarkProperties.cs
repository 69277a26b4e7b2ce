using Chatbox.Actors.Sealing;
using Chatbox.Node.Errors;
using Chatbox.Node.Sealing;
using FsCheck.Xunit;

namespace Chatbox.Tests.Property.Sealing;

/// <summary>The mark of an encrypted store, under any order of starts, keys, messages, rekeys and attacks on the probes.</summary>
public sealed class SealedMarkProperties
{
    private static readonly SealingKey One = new("one", [.. Enumerable.Repeat((byte)1, SealingKey.Length)]);
    private static readonly SealingKey Two = new("two", [.. Enumerable.Repeat((byte)2, SealingKey.Length)]);

    private static readonly SealingKey[][] Settings =
    [
        [],
        [One],
        [Two, One],
        [One, Two],
        [Two],
    ];

    /// <summary>One step: a start with some of the keys and perhaps a message, a rekey, a rekey that is killed, or the loss of probes.</summary>
    public enum Step
    {
        Start,
        StartAndSay,
        Rekey,
        KilledRekey,
        RemoveProbes,
        RemoveProbeOfOne,
    }

    [Property(MaxTest = 500)]
    public void Clear_text_is_accepted_only_where_the_node_itself_may_have_written_it(Tuple<Step, byte>[] steps)
    {
        var store = new MemoryStore();
        foreach (var (step, choice) in steps)
        {
            var keys = Settings[choice % Settings.Length];
            switch (step)
            {
                case Step.RemoveProbes:
                    store.Probes.Clear();
                    break;
                case Step.RemoveProbeOfOne:
                    store.Probes.Remove(One.Id);
                    break;
                case Step.Rekey or Step.KilledRekey when keys.Length == 0:
                    break;
                default:
                    Open(store, keys, step);
                    break;
            }
        }
    }

    private static void Open(MemoryStore store, SealingKey[] keys, Step step)
    {
        IContentCipher cipher;
        try
        {
            cipher = SealingStart.Open(keys, store, store);
        }
        catch (ConfigurationException)
        {
            return; // the node does not start, so it writes nothing
        }

        // A node never writes clear text after encrypted rows, whatever happened to the probes.
        Assert.True(cipher.IsSealing || store.Sealed == 0);
        // Clear text that a node wrote stays readable. A store without clear text accepts none.
        Assert.True(cipher.AcceptsPlain || store.Plain == 0);
        if (step == Step.StartAndSay && cipher.IsSealing)
            store.Sealed++;
        else if (step == Step.StartAndSay)
            store.Plain++;
        if (step is not (Step.Rekey or Step.KilledRekey))
            return;
        store.Sealed += store.Plain;
        store.Plain = 0;
        if (step == Step.KilledRekey)
            return;
        SealingStart.Mark(keys[0], cipher, store);
        Assert.False(SealingStart.Open(keys, store, store).AcceptsPlain);
    }

    /// <summary>A store that counts rows and keeps probes.</summary>
    private sealed class MemoryStore : ISealingProbes, IStoredContent
    {
        public Dictionary<string, SealingProbe> Probes { get; } = [];

        public int Plain { get; set; }

        public int Sealed { get; set; }

        public IReadOnlyList<SealingProbe> All() => [.. Probes.Values];

        public void Put(SealingProbe probe) => Probes[probe.KeyId] = probe;

        public void RemoveAllBut(string keyId)
        {
            foreach (var other in Probes.Keys.Where(id => id != keyId).ToList())
                Probes.Remove(other);
        }

        public bool HasAny() => Plain + Sealed > 0;

        public bool HasSealed(bool everywhere) => Sealed > 0;
    }
}
