using Chatbox.Client.Frames;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;

namespace Chatbox.Tests.Unit.Documents;

/// <summary>The stable words by which clients say refusals in other languages are in the contract, and in the types of the client library.</summary>
public sealed class ReasonDocumentTests
{
    public static TheoryData<string> Words => [.. Constants(typeof(ErrorReason)).Concat(FileFaults.All).Distinct()];

    [Theory]
    [MemberData(nameof(Words))]
    public void Word_is_in_the_contract_and_in_the_types_of_the_client(string word)
    {
        Assert.Contains($"`{word}`", Repository.Read("docs/protocol.md"), StringComparison.Ordinal);
        Assert.Matches($@"enum: \[[^\]]*\b{word}\b", Repository.Read("docs/asyncapi.yaml"));
        Assert.Contains($"| \"{word}\"", Repository.Read("web/client/src/frames.ts"), StringComparison.Ordinal);
    }

    [Fact]
    public void Client_for_NET_has_the_same_words()
    {
        Assert.Equal(Constants(typeof(ErrorReason)), Constants(typeof(ChatErrorReason)));
        Assert.Equal(FileFaults.All.Order(), Constants(typeof(ChatFileFault)));
    }

    private static IEnumerable<string> Constants(Type type) => SocketDocumentTests.Constants<string>(type).Order();
}
