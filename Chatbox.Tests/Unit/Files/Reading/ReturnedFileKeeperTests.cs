using System.Net;
using Chatbox.Actors.Files;
using Chatbox.Actors.Files.Foreign;
using Chatbox.Actors.Models;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Files.Reading;
using Chatbox.Tests.Harness.Files;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatbox.Tests.Unit.Files.Reading;

/// <summary>The files of models: what comes with the answer, and what is behind an address of a host that does what it likes.</summary>
public sealed class ReturnedFileKeeperTests : ForeignHostTests
{
    private static readonly MessageId Answer = new("a");

    private readonly ScriptedStore _store = new();

    [Fact]
    public async Task File_behind_a_public_address_is_stored_because_the_address_may_expire()
    {
        var kept = await Keep(At("cat.png"));

        Assert.Equal(ForeignHost.Picture, _store.Bytes);
        Assert.Contains("chatbox_model_files_total{outcome=\"stored\"} 1\n", await Judge.MetricsPage());
        Assert.Equal((FileId.Of(Answer, "part").Value, null, 48), (kept.File!.Id, kept.File.Address, kept.File.Height));
        Assert.Equal(
            new ProducedFile(FileId.Of(Answer, "part"), new UserId("alice"), new SessionId("s"), "image-1", "image/png"),
            _store.File
        );
    }

    [Theory]
    [InlineData("moved.png")]
    [InlineData("nothing.png")]
    [InlineData("large.png")]
    public async Task Public_address_that_cannot_be_loaded_is_passed_on(string path)
    {
        var kept = await Keep(At(path));

        Assert.Equal((Host.Address(path), "image-1", 0L), (kept.File!.Address, kept.File.Name, kept.File.Size));
        Assert.False(FileId.TryParse(kept.File.Id, out _));
        Assert.Contains("chatbox_model_files_total{outcome=\"passed_on\"} 1\n", await Judge.MetricsPage());
        Assert.Null(_store.File);
    }

    [Fact]
    public async Task Address_of_aHost_that_is_not_public_is_refused_also_if_its_name_changes_its_mind()
    {
        Host.Addresses = [IPAddress.Parse("8.8.8.8"), IPAddress.Loopback];

        Assert.Equal(NotPublic, (await Keep(At("cat.png"), PublicAddress.IsPublic)).Refusal);
        foreach (var address in new[] { "http://files.example.org/cat.png", "https://localhost/cat.png", "https://10.0.0.1/cat.png" })
            Assert.Equal(NotPublic, (await Keep(new UriContent(new Uri(address), "image/png"))).Refusal);
        Assert.Null(_store.File);
    }

    [Fact]
    public async Task Refusal_and_failure_of_the_store_are_told()
    {
        _store.Result = new ProducedResult.Refused(FileFaults.Infected, "It is infected.");
        Assert.Equal(
            ReturnedFile.Refused("image-1", FileFaults.Infected, "It is infected."),
            await Keep(new DataContent(new byte[] { 1 }, "image/png"))
        );
        _store.Result = null;
        Assert.Equal(
            ReturnedFile.Refused("image-1", FileFaults.Unavailable, "it could not be stored now."),
            await Keep(new DataContent(new byte[] { 1 }, "image/png"))
        );
    }

    [Fact]
    public async Task Only_what_is_stored_is_taken_back()
    {
        var keeper = Keeper(Host.Files(Judge));
        await keeper.Withdraw(ReturnedFile.Refused("a", FileFaults.Type, "b"), default);
        await keeper.Withdraw(ReturnedFile.Kept(new MessageFile("a-1", "https://example.org/a", "a", "image/png", 0)), default);
        Assert.Empty(_store.Withdrawn);

        await keeper.Withdraw(HeldKeeper.Stored("a.png"), default);
        Assert.Equal("00112233445566778899aabbccddeeff", Assert.Single(_store.Withdrawn).Value);
    }

    private const string NotPublic = "its address is not a public https address.";

    private UriContent At(string path) => new(new Uri(Host.Address(path)), "image/png");

    private async Task<ReturnedFile> Keep(AIContent content, Func<IPAddress, bool>? isAllowed = null)
    {
        using var foreign = Host.Files(Judge, isAllowed);
        var file = new ReturnedContent(new SessionId("s"), new UserId("alice"), Answer, "part", "image-1", content);
        return await Keeper(foreign, isAllowed).Keep(file, default);
    }

    private ReturnedFileKeeper Keeper(ForeignFiles foreign, Func<IPAddress, bool>? isAllowed = null) =>
        new(_store, foreign, Host.Options, Judge.Metrics.FileTransfer, NullLogger<ReturnedFileKeeper>.Instance, Host.Hosts(isAllowed));

    /// <summary>A store that says what the test wants; without a result it is away.</summary>
    private sealed class ScriptedStore : IProducedFiles
    {
        public ProducedResult? Result { get; set; } =
            new ProducedResult.Stored(
                new StoredFile(
                    FileId.Of(Answer, "part"),
                    new UserId("alice"),
                    "image-1.png",
                    "image/png",
                    1,
                    new ImageSize(64, 48),
                    default
                )
            );

        public ProducedFile? File { get; private set; }

        public byte[] Bytes { get; private set; } = [];

        public List<FileId> Withdrawn { get; } = [];

        Task<ProducedResult> IProducedFiles.Store(ProducedFile file, Stream content, CancellationToken cancellationToken)
        {
            File = file;
            Bytes = new byte[content.Length];
            content.ReadExactly(Bytes);
            return Task.FromResult(Result ?? throw new FileStoreUnavailableException("away"));
        }

        public Task Withdraw(FileId file, CancellationToken cancellationToken)
        {
            Withdrawn.Add(file);
            return Task.CompletedTask;
        }
    }
}
