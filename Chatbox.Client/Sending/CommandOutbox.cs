using Chatbox.Client.Conversations;
using Chatbox.Client.Frames;

namespace Chatbox.Client.Sending;

/// <summary>
/// Sends commands once the server has bound a connection, and again on the next one until they are acknowledged. Under one id the server does the
/// work once. Pure: no connection, no clock.
/// </summary>
/// <param name="send">Puts a frame on the connection; false if none is open.</param>
internal sealed class CommandOutbox(Func<CommandFrame, bool> send)
{
    /// <summary>Commands that a connection took and the server has not acknowledged; more are refused.</summary>
    private const int MostCommands = 256;

    private readonly Dictionary<string, CommandFrame> _commands = [];

    /// <summary>The ids of messages that a connection took: the server may have them.</summary>
    private readonly HashSet<string> _tried = [];

    /// <summary>Whether a bound connection takes commands.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>A connection is bound: everything that was not acknowledged goes out, also if an earlier connection took it.</summary>
    public void Open(IEnumerable<ChatEntry> pending)
    {
        IsOpen = true;
        Repeat(pending);
        foreach (var command in _commands.Values)
            send(command);
    }

    /// <summary>The connection is lost. Commands wait for the next one.</summary>
    public void Close() => IsOpen = false;

    /// <summary>Sends a message now, or leaves it to <see cref="Open"/>.</summary>
    public void Post(ChatEntry message)
    {
        if (IsOpen)
            Repeat([message]);
    }

    public void Repeat(IEnumerable<ChatEntry> messages)
    {
        foreach (var message in messages)
        {
            _tried.Add(message.CommandId!);
            send(FrameOf(message));
        }
    }

    /// <summary>Sends a command. False, and nothing is kept, if no bound connection takes it.</summary>
    public bool Command(CommandFrame command)
    {
        if (!IsOpen || _commands.Count >= MostCommands || !send(command))
            return false;
        _commands[command.Id!] = command;
        return true;
    }

    /// <summary>The server has acknowledged or refused a command.</summary>
    public void Settle(string? id)
    {
        if (id is not null)
            _commands.Remove(id);
    }

    /// <summary>The server has this message, or it was taken back: nobody asks for it any more.</summary>
    public void Forget(string? id)
    {
        if (id is not null)
            _tried.Remove(id);
    }

    /// <summary>Whether the server may have this message, although it has not acknowledged it.</summary>
    public bool MayHaveSent(string? id) => id is not null && _tried.Contains(id);

    /// <summary>Another session: the commands for the earlier one mean nothing there.</summary>
    public void DropCommands() => _commands.Clear();

    /// <summary>Another person: nothing of the person before goes out.</summary>
    public void Forget()
    {
        IsOpen = false;
        _commands.Clear();
        _tried.Clear();
    }

    /// <summary>
    /// The frame that sends a message. One with files names the first of them as older clients do, and the others in its metadata: the server shows it to
    /// its sender, too, with the names of the files.
    /// </summary>
    private static CommandFrame FrameOf(ChatEntry message)
    {
        var metadata = new Dictionary<string, string>();
        if (message.FileIds.Count > 1)
            metadata["file_ids"] = string.Join(',', message.FileIds.Skip(1));
        if (message.AsksForSpeech)
            metadata["speak"] = "true";
        var file = message.FileIds.Count > 0 ? message.FileIds[0] : null;
        var type =
            message.IsVoice ? FrameType.VoiceMessage
            : file is not null ? FrameType.FileUpload
            : FrameType.UserMessage;
        return new CommandFrame(type)
        {
            Id = message.CommandId,
            Content = message.Text,
            FileId = file,
            FileUrl = file, // has to be there; the server knows where its own files are
            Metadata = metadata.Count == 0 ? null : metadata,
        };
    }
}
