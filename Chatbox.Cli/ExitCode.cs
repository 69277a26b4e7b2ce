namespace Chatbox.Cli;

/// <summary>What a script can tell by the number with which <c>pbm</c> ends.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The node understood, and it cannot be done: there is no such session, model or member, or the node cannot now.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong; nothing was sent.</summary>
    public const int Usage = 2;

    /// <summary>No node answers there.</summary>
    public const int Unreachable = 3;

    /// <summary>The node wants another token, or does not take orders this way.</summary>
    public const int Refused = 4;
}
