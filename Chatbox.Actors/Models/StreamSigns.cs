namespace Chatbox.Actors.Models;

/// <summary>
/// What an adapter reports about a provider's response besides its text: bytes that arrive, whatever they mean, and the moment from which
/// the response counts as begun. Handed to the adapter in the call's options under <see cref="ModelCall.Signs"/>; safe on any thread.
/// </summary>
public sealed class StreamSigns
{
    private Action? _heard;
    private volatile bool _hasBegun;

    /// <summary>Some of the response's body has arrived: the provider may charge for it, so the request is not repeated blindly.</summary>
    public bool HasBegun => _hasBegun;

    /// <summary>Bytes have arrived: the provider is alive, even if it only thinks or sends keep-alives.</summary>
    public void Heard() => Volatile.Read(ref _heard)?.Invoke();

    /// <summary>The response has begun.</summary>
    public void Begin() => _hasBegun = true;

    /// <summary>The adapter has given up this response and asks anew on its own: what has begun counts no more.</summary>
    public void Restart() => _hasBegun = false;

    internal void OnHeard(Action heard) => Volatile.Write(ref _heard, heard);
}
