using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Unit.Serialization;

/// <summary>The content of the file in <c>Golden/Faults</c>: what says by a stable word why a file of a model is not there. It never changes.</summary>
internal static class GoldenFaults
{
    public const string Manifest = "session.file-returned.v1";

    public static readonly IWireMessage Value = new FileReturned(
        GoldenValues.Session,
        GoldenValues.Answer,
        GoldenValues.Question,
        ReturnedFile.Refused("größe.exe", FileFaults.Type, "Programs are not accepted."),
        GoldenValues.At
    );
}
