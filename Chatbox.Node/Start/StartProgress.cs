namespace Chatbox.Node.Start;

/// <summary>What a starting node waits for, as text that is safe to show to anybody.</summary>
internal sealed class StartProgress
{
    private volatile string _reason = "the store is being opened";

    public string Reason
    {
        get => _reason;
        set => _reason = value;
    }
}
