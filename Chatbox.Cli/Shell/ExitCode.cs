namespace Chatbox.Cli.Shell;

/// <summary>The exit codes of <c>pbm</c>, for scripts.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The node refused the command: the session, model or member does not exist, or the node cannot do it now.</summary>
    public const int Failed = 1;

    /// <summary>No node answers at the address.</summary>
    public const int Unreachable = 3;

    /// <summary>The node requires another token, or accepts no commands from this address.</summary>
    public const int Refused = 4;

    /// <summary>The audit trail was tampered with.</summary>
    public const int Broken = 5;

    /// <summary>The command line is wrong, or lacks <c>--yes</c>. Nothing was sent. EX_USAGE of BSD's sysexits.h, as in the node's program.</summary>
    public const int Usage = 64;
}
