namespace Chatbox.Node.Files.Uploads;

/// <summary>What became of the bytes of one request of an upload.</summary>
internal abstract record ReceivedResult
{
    private ReceivedResult() { }

    /// <summary>The bytes up to this place are stored, and more are to come.</summary>
    public sealed record Received(long Offset) : ReceivedResult;

    /// <summary>Everything is received.</summary>
    public sealed record Finished(UploadResult Result) : ReceivedResult;

    /// <summary>Another request was faster, or the upload was removed.</summary>
    public sealed record Conflict : ReceivedResult;

    /// <summary>Everything is received, and another request still checks and stores the file.</summary>
    public sealed record Busy : ReceivedResult;

    /// <summary>The upload is gone: another request has ended it, or its file was refused.</summary>
    public sealed record Gone : ReceivedResult;

    /// <summary>There are more bytes than the upload's length.</summary>
    public sealed record TooMany : ReceivedResult;

    /// <summary>The bytes do not have their checksum; nothing of them is kept.</summary>
    public sealed record Mismatch : ReceivedResult;
}
