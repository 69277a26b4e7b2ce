namespace Chatbox.Actors.Models;

/// <summary>
/// The signs of life of a provider's response: whether bytes arrive, whatever their meaning, and whether the response has begun. The caller
/// passes the object to the client in the call's options under <see cref="ModelCall.Signs"/>. Safe on any thread.
/// </summary>
public sealed class StreamSigns
{
    private Action? _heard;
    private volatile bool _hasBegun;

    /// <summary>
    /// Whether some of the response's body has arrived. The provider may charge for it, so the request is not simply repeated.
    /// </summary>
    public bool HasBegun => _hasBegun;

    /// <summary>Reports that bytes have arrived: the provider is alive, even if it only thinks or sends keep-alives.</summary>
    public void Heard() => Volatile.Read(ref _heard)?.Invoke();

    /// <summary>Reports that the response has begun.</summary>
    public void Begin() => _hasBegun = true;

    /// <summary>Reports that the client has abandoned the response and sends a new request itself.</summary>
    public void Restart() => _hasBegun = false;

    internal void OnHeard(Action heard) => Volatile.Write(ref _heard, heard);
}
