using System.Net;
using Chatbox.Actors.Connections.Commands;
using Chatbox.Actors.Files.Foreign;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>What a client is told of the files that it names, before its message goes to a session.</summary>
public sealed class FileDeskTests
{
    private static readonly UserId Alice = new("alice");
    private static readonly SessionId Session = new("0123456789abcdef0123456789abcdef");
    private readonly MemoryFiles _files = new();
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Own_files_are_claimed_for_the_session_in_the_order_of_the_message()
    {
        var (first, second) = (_files.Put(Alice, "cat.png", "image/png", [1, 2, 3]), _files.Put(Alice, "a.txt", "text/plain", [4]));

        var ended = await Claim(new ClientFile(second.Value, null), new ClientFile(first.Value, null));

        Assert.Null(ended.Refusal);
        Assert.Equal([second.Value, first.Value], ended.Files!.Files.Select(file => file.Id));
        Assert.Equal(new MessageFile(first.Value, null, "cat.png", "image/png", 3), ended.Files.Files[1]);
        Assert.Equal([(Session, second), (Session, first)], _files.Claims);
    }

    [Fact]
    public async Task File_of_another_user_and_a_file_that_does_not_exist_get_one_and_the_same_error()
    {
        var foreign = _files.Put(new UserId("bob"), "cat.png", "image/png", [1]);

        var (theirs, none) = (await Claim(new ClientFile(foreign.Value, null)), await Claim(new ClientFile(FileId.New().Value, null)));

        Assert.Equal(new FileRefusal(ErrorCode.NotFound, theirs.Refusal!.Text, "file_id"), theirs.Refusal);
        Assert.Equal(theirs.Refusal, none.Refusal);
        Assert.Empty(_files.Claims);
    }

    [Fact]
    public async Task Store_that_is_down_or_silent_is_said_to_be_and_the_client_may_try_again()
    {
        var file = _files.Put(Alice, "cat.png", "image/png", [1]);
        _files.Fails = true;
        Assert.Equal(ErrorCode.StorageError, (await Claim(new ClientFile(file.Value, null))).Refusal!.Code);

        _files.Fails = false;
        _files.Hangs = true;
        var waiting = Claim(new ClientFile(file.Value, null));
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(ErrorCode.StorageError, (await waiting).Refusal!.Code);
    }

    [Fact]
    public async Task Foreign_file_needs_a_public_address_and_is_named_after_it()
    {
        var ended = await Claim(new ClientFile("theirs", "https://files.example.org/a/my%20cat.png?x=1"));
        Assert.Equal(
            new MessageFile("theirs", "https://files.example.org/a/my%20cat.png?x=1", "my cat.png", "image/png", 0),
            Assert.Single(ended.Files!.Files)
        );

        var refused = await Claim(new ClientFile("theirs", "https://inside.example.org/cat.png"));
        Assert.Equal((ErrorCode.InvalidFormat, "file_url"), (refused.Refusal!.Code, refused.Refusal.Field));
    }

    [Fact]
    public async Task Node_without_a_store_refuses_files_of_this_service_and_takes_those_at_public_addresses()
    {
        var desk = new FileDesk(null, Hosts, TimeSpan.FromSeconds(10), _clock);
        var own = new ClientFiles(MessageForm.VoiceMessage, [new ClientFile(FileId.New().Value, null)]);
        Assert.Equal((ErrorCode.ServiceError, "type"), await RefusalOf(own));

        var foreign = new ClientFiles(MessageForm.VoiceMessage, [new ClientFile("theirs", "https://files.example.org/a.ogg")]);
        Assert.NotNull((await desk.Claim(Alice, Session, foreign)).Files);

        async Task<(string, string?)> RefusalOf(ClientFiles files)
        {
            var refusal = (await desk.Claim(Alice, Session, files)).Refusal!;
            return (refusal.Code, refusal.Field);
        }
    }

    private Task<FileAnswer> Claim(params ClientFile[] files) =>
        new FileDesk(_files, Hosts, TimeSpan.FromSeconds(10), _clock).Claim(
            Alice,
            Session,
            new ClientFiles(MessageForm.FileUpload, [.. files])
        );

    private static PublicHosts Hosts { get; } =
        new(
            (host, _) =>
                Task.FromResult<IPAddress[]>([
                    IPAddress.Parse(host.StartsWith("inside", StringComparison.Ordinal) ? "10.0.0.1" : "8.8.8.8"),
                ]),
            PublicAddress.IsPublic
        );
}
