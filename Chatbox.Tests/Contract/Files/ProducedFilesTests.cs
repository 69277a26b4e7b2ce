using Chatbox.Actors.Files;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Files.Judging;
using Chatbox.Node.Files.Records;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Tests.Contract.Files;

/// <summary>Files that the service itself brings into a session, with real records.</summary>
public sealed class ProducedFilesTests : IAsyncLifetime
{
    private static readonly UserId Alice = new("alice");
    private static readonly byte[] Picture = [1, 2, 3, 4, 5, 6, 7];

    private readonly SessionId _session = SessionId.New();
    private readonly FileId _id = FileId.Of(MessageId.New(), "1");
    private UploadHost _host = null!;

    private IProducedFiles Files => _host.Host.Services.GetRequiredService<IProducedFiles>();

    private FileLibrary Library => _host.Host.Services.GetRequiredService<FileLibrary>();

    public async Task InitializeAsync() => _host = await UploadHost.Start(options => options with { MaxSize = 3 << 20, Quota = 20 });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task File_is_whole_and_lives_as_long_as_its_session()
    {
        var stored = Assert.IsType<ProducedResult.Stored>(await Store());

        Assert.Equal((_id, Alice, "picture.png", 7L), (stored.File.Id, stored.File.Owner, stored.File.Name, stored.File.Size));
        Assert.Equal([stored.File], await Library.Find([_id], default));
        Assert.Equal([_session], await Library.Sessions(_id, default));
        Assert.Equal(Picture, _host.Store.Objects[FileKey.Content(_id)]);
        await Library.Release(_session, default);
        await NothingIsLeft();
    }

    [Fact]
    public async Task Repetition_stores_nothing_twice()
    {
        await Store();

        Assert.IsType<ProducedResult.Stored>(await Store());

        Assert.Single(await _host.Rows());
    }

    [Fact]
    public async Task File_of_a_session_that_was_erased_meanwhile_is_gone_at_once()
    {
        _host.Judge.Verdict = file =>
        {
            Library.Release(_session, default).GetAwaiter().GetResult();
            return new FileVerdict.Accepted(file.Name, "image/png", file.Content, null, null);
        };

        Assert.IsType<ProducedResult.SessionErased>(await Store());

        await NothingIsLeft();
    }

    [Fact]
    public async Task File_that_another_session_mentions_outlives_a_repetition_for_the_erased_one()
    {
        await Store();
        var other = SessionId.New();
        await Library.Claim(Alice, other, [_id], default);
        await Library.Release(_session, default);

        Assert.IsType<ProducedResult.SessionErased>(await Store());

        Assert.Equal([other], await Library.Sessions(_id, default));
        Assert.Equal(Picture, _host.Store.Objects[FileKey.Content(_id)]);
    }

    [Fact]
    public async Task File_that_its_session_did_not_journal_is_taken_back()
    {
        await Store();

        await Files.Withdraw(_id, default);
        await Files.Withdraw(_id, default);

        await NothingIsLeft();
    }

    [Fact]
    public async Task Quota_of_the_owner_refuses_and_says_what_to_do()
    {
        await Store(new byte[14], FileId.New());

        var refused = Assert.IsType<ProducedResult.Refused>(await Store());

        Assert.Equal(FileFaults.Quota, refused.Fault);
        Assert.Contains("Erase conversations", refused.Reason);
        Assert.DoesNotContain(FileKey.Content(_id), _host.Store.Objects.Keys);
    }

    [Fact]
    public async Task Judge_refuses_with_its_reason()
    {
        _host.Judge.Verdict = _ => new FileVerdict.Refused(FileFault.Infected, "It is infected. Send another one.");
        Assert.Equal(new ProducedResult.Refused(FileFaults.Infected, "It is infected."), await Store());
        _host.Judge.Verdict = _ => new FileVerdict.Undecided("The scanner is away.");
        Assert.Equal(new ProducedResult.Refused(FileFaults.Unavailable, "It could not be checked now."), await Store());

        await NothingIsLeft();
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task File_is_bound_in_size_like_an_upload(int over, bool isLetIn)
    {
        await using var host = await UploadHost.Start(options => options with { MaxSize = 3 << 20 });

        var result = await host
            .Host.Services.GetRequiredService<IProducedFiles>()
            .Store(Produced(_id), new MemoryStream(new byte[(3 << 20) + over]), default);

        Assert.Equal(isLetIn, result is ProducedResult.Stored);
        if (!isLetIn)
            Assert.Equal(new ProducedResult.Refused(FileFaults.Size, "It is larger than 3 MB."), result);
    }

    private Task<ProducedResult> Store() => Store(Picture, _id);

    private async Task<ProducedResult> Store(byte[] content, FileId id)
    {
        using var stream = new MemoryStream(content);
        return await Files.Store(Produced(id), stream, default);
    }

    private ProducedFile Produced(FileId id) => new(id, Alice, _session, "picture.png", "image/png");

    private async Task NothingIsLeft()
    {
        Assert.Empty(await _host.Rows());
        Assert.Empty(_host.Store.Objects);
    }
}
