using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Connections.Socket;
using Chatbox.Messages.Frames;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>Messages of a client as they come out of its socket.</summary>
public sealed class SocketReaderTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeSocket _socket = new();
    private readonly ConnectionOptions _options = new() { MaxMessageSize = 10_000 };
    private readonly SocketReader _reader;

    public SocketReaderTests() => _reader = new SocketReader(_socket, _options, _clock);

    public void Dispose() => _socket.Dispose();

    [Fact]
    public async Task Message_that_comes_in_parts_is_one_frame()
    {
        _socket.Arrive("""{"type":"user_message",""", ends: false);
        _socket.Arrive($"\"content\":\"{new string('x', 9_000)}\"}}");

        var input = Assert.IsType<SocketInput.Frame>(await _reader.Read());

        Assert.Equal(9_000, Assert.IsType<ClientFrame.UserMessage>(input.Arrived.Frame).Content.Length);
    }

    [Fact]
    public async Task Message_that_is_no_frame_is_refused_and_the_next_one_is_read()
    {
        _socket.Arrive("hello");
        _socket.Arrive("""{"type":"ping"}""");

        Assert.NotNull(Assert.IsType<SocketInput.Frame>(await _reader.Read()).Arrived.Refusal);
        Assert.IsType<ClientFrame.Ping>(Assert.IsType<SocketInput.Frame>(await _reader.Read()).Arrived.Frame);
    }

    [Fact]
    public async Task Message_over_the_size_limit_is_not_read_to_its_end()
    {
        _socket.Arrive(new string('x', 10_001), ends: false);

        var refused = Assert.IsType<SocketInput.Refused>(await _reader.Read());

        Assert.Equal(CloseCode.TooBig, refused.Code);
    }

    [Fact]
    public async Task Idle_socket_holds_no_buffer()
    {
        var read = _reader.Read().AsTask();

        Assert.Equal([0], _socket.Buffers);
        _socket.Arrive("""{"type":"ping"}""");
        await read;
    }

    [Fact]
    public async Task Message_that_does_not_end_in_time_ends_the_socket()
    {
        _socket.Arrive("{", ends: false);
        var read = _reader.Read().AsTask();

        _clock.Advance(_options.PongWait);

        Assert.IsType<SocketInput.PeerClosed>(await read);
    }

    [Fact]
    public async Task Lost_connection_is_no_error()
    {
        var read = _reader.Read().AsTask();

        _socket.Abort();

        Assert.IsType<SocketInput.PeerClosed>(await read);
    }
}
