using Chatbox.Messages.Frames;

namespace Chatbox.Actors.Connections.Socket;

/// <summary>Sees each frame of a client before anything acts on the frame.</summary>
public interface IFrameGate
{
    /// <summary>Null to let the frame pass. The next frame is read afterwards.</summary>
    ValueTask<FrameRefusal?> Admit(ClientFrame frame);
}
