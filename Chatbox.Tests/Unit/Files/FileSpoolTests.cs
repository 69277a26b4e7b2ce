using Chatbox.Node.Files;

namespace Chatbox.Tests.Unit.Files;

public sealed class FileSpoolTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chatbox-spool-");
    private readonly FileSpool _spool;

    public FileSpoolTests() => _spool = new FileSpool(_folder.FullName, TimeProvider.System);

    public void Dispose()
    {
        _spool.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Content_is_added_up_to_its_limit_and_the_file_has_no_name()
    {
        var bytes = new byte[200_000];
        Random.Shared.NextBytes(bytes);
        await using var file = await _spool.Open(default);

        Assert.True(await _spool.Fill(file, new MemoryStream(bytes, 0, 150_000), 150_000, default));
        Assert.True(await _spool.Fill(file, new MemoryStream(bytes, 150_000, 50_000), 50_000, default));
        Assert.False(await _spool.Fill(file, new MemoryStream(bytes), 199_999, default));

        var begin = new byte[bytes.Length];
        file.Position = 0;
        await file.ReadExactlyAsync(begin);
        Assert.Equal(bytes, begin);
        if (!OperatingSystem.IsWindows())
            Assert.Empty(_folder.GetFiles());
    }
}
