using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Event;
using Akka.Remote.Transport;
using Google.Protobuf;

namespace Chatbox.Node.Clustering.Links;

/// <summary>
/// One connection between two nodes. A message on the wire is its length (4 bytes, little-endian, as in Akka's own TCP transport), followed by
/// its bytes. Waiting messages are written together.
/// </summary>
internal sealed class NodeLink : AssociationHandle
{
    /// <summary>Maximum size of a message in bytes. A peer that announces a larger message is disconnected.</summary>
    public const int MaxMessage = 1_048_576;

    /// <summary>
    /// Maximum number of bytes that wait to be written; beyond, Akka holds messages back. Akka sends heartbeats before the other messages that
    /// it holds, and nothing overtakes what waits here: with much more, a busy peer would miss heartbeats while it reads answers, and two healthy
    /// nodes would declare each other dead.
    /// </summary>
    private const int MaxWaiting = 262_144;

    private const int Header = sizeof(int);
    private const int FlushAt = 65_536;

    /// <summary>Time for a closing link to write waiting messages, such as the farewell of a leaving node.</summary>
    private static readonly TimeSpan CloseDeadline = TimeSpan.FromSeconds(1);

    private readonly Stream _stream;
    private readonly ILoggingAdapter _log;
    private readonly CancellationTokenSource _closing = new();
    private readonly Channel<ByteString> _outgoing = Channel.CreateUnbounded<ByteString>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private int _waiting;

    /// <param name="stream">The open connection; the link owns and closes the stream.</param>
    public NodeLink(Stream stream, Address local, Address remote, ILoggingAdapter log)
        : base(local, remote)
    {
        (_stream, _log) = (stream, log);
        Closed = Run();
    }

    /// <summary>Completes, always successfully, once the connection is closed.</summary>
    public Task Closed { get; }

    public override bool Write(ByteString payload)
    {
        if (Volatile.Read(ref _waiting) >= MaxWaiting)
            return false;
        Interlocked.Add(ref _waiting, payload.Length);
        return _outgoing.Writer.TryWrite(payload);
    }

    [Obsolete("Akka's own interface; Akka calls the overload that states a reason.")]
    public override void Disassociate() => Close();

    /// <summary>Closes the connection after the waiting messages are written. May be called more than once.</summary>
    public void Close()
    {
        if (_outgoing.Writer.TryComplete())
            _closing.CancelAfter(CloseDeadline);
    }

    private async Task Run()
    {
        // Leaves the constructor first, because reads and writes may complete synchronously.
        await Task.Yield();
        var writing = WriteAll();
        var reading = ReadAll();
        await Task.WhenAny(writing, reading);

        // Writing ends through our own Close or a broken connection; reading ends through the peer or a broken connection.
        Close();
        await writing;
        await _closing.CancelAsync();
        await _stream.DisposeAsync();
        ReadHandlerSource.TrySetCanceled();
        await reading;
        _closing.Dispose();
    }

    private async Task WriteAll()
    {
        var writer = PipeWriter.Create(_stream, new StreamPipeWriterOptions(leaveOpen: true));
        try
        {
            while (await _outgoing.Reader.WaitToReadAsync(_closing.Token))
            {
                while (writer.UnflushedBytes < FlushAt && _outgoing.Reader.TryRead(out var payload))
                    Append(writer, payload);
                await writer.FlushAsync(_closing.Token);
            }
        }
        catch (Exception e) when (IsEndOfConnection(e))
        {
            _log.Debug("The connection to {0} cannot be written any more: {1}", RemoteAddress, e.Message);
        }
    }

    private void Append(PipeWriter writer, ByteString payload)
    {
        var span = writer.GetSpan(Header + payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(span, payload.Length);
        payload.Span.CopyTo(span[Header..]);
        writer.Advance(Header + payload.Length);
        Interlocked.Add(ref _waiting, -payload.Length);
    }

    private async Task ReadAll()
    {
        IHandleEventListener listener;
        try
        {
            listener = await ReadHandlerSource.Task;
        }
        catch (OperationCanceledException)
        {
            return; // closed before Akka started to read
        }

        try
        {
            await ReadTo(listener);
        }
        catch (Exception e) when (IsEndOfConnection(e))
        {
            _log.Debug("The connection to {0} cannot be read any more: {1}", RemoteAddress, e.Message);
        }

        listener.Notify(new Disassociated(DisassociateInfo.Unknown));
    }

    private async Task ReadTo(IHandleEventListener listener)
    {
        var reader = PipeReader.Create(_stream, new StreamPipeReaderOptions(leaveOpen: true));
        for (var open = true; open; )
        {
            var read = await reader.ReadAsync(_closing.Token);
            var rest = read.Buffer;
            while (TryTakeMessage(ref rest, out var message))
                listener.Notify(new InboundPayload(message));
            reader.AdvanceTo(rest.Start, rest.End);
            open = !read.IsCompleted;
        }
    }

    /// <exception cref="InvalidDataException">The peer announces a message of an impossible length.</exception>
    private static bool TryTakeMessage(ref ReadOnlySequence<byte> buffer, out ByteString message)
    {
        message = ByteString.Empty;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadLittleEndian(out int length))
            return false;
        if (length is < 0 or > MaxMessage)
            throw new InvalidDataException($"The peer announced a message of {length} bytes; at most {MaxMessage} are allowed.");
        if (reader.Remaining < length)
            return false;
        message = UnsafeByteOperations.UnsafeWrap(buffer.Slice(Header, length).ToArray());
        buffer = buffer.Slice(Header + length);
        return true;
    }

    private static bool IsEndOfConnection(Exception e) =>
        e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidDataException;
}
