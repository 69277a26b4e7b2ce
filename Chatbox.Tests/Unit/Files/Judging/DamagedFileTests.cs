using Chatbox.Node.Files.Judging;
using Chatbox.Tests.Harness.Files;

namespace Chatbox.Tests.Unit.Files.Judging;

/// <summary>Whatever the bytes are, the judge has a verdict.</summary>
public sealed class DamagedFileTests : IDisposable
{
    private const int Rounds = 100;

    private readonly TestJudge _judge = new();

    public void Dispose() => _judge.Dispose();

    public static TheoryData<string> Extensions => [.. GoodFiles.Extensions];

    [Theory]
    [MemberData(nameof(Extensions))]
    public async Task A_file_with_wrong_bytes_is_accepted_or_refused_and_nothing_else(string extension)
    {
        var random = new Random(extension.Sum(c => c));
        var good = GoodFiles.Of(extension);
        for (var round = 0; round < Rounds; round++)
        {
            var damaged = Damaged(good, random);

            var verdict = await _judge.Judge($"a{extension}", damaged);

            Assert.True(verdict is FileVerdict.Accepted or FileVerdict.Refused, $"Round {round}: {verdict}");
        }
        Assert.Equal(0, _judge.FilesLeft);
    }

    private static byte[] Damaged(byte[] good, Random random)
    {
        var damaged = good.ToArray();
        for (var i = random.Next(1, 12); i > 0; i--)
            // Structure is dense at both ends of a file.
            damaged[
                random.Next(3) switch
                {
                    0 => random.Next(Math.Min(64, damaged.Length)),
                    1 => damaged.Length - 1 - random.Next(Math.Min(64, damaged.Length)),
                    _ => random.Next(damaged.Length),
                }
            ] = (byte)(random.Next(3) == 0 ? 255 : random.Next(256));
        return random.Next(4) == 0 ? damaged[..random.Next(1, damaged.Length)] : damaged;
    }
}
