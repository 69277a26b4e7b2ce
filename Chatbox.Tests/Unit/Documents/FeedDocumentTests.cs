using Chatbox.Messages.Feed;

namespace Chatbox.Tests.Unit.Documents;

/// <summary>The types of the admins' feed in <c>docs/protocol.md</c>.</summary>
public sealed class FeedDocumentTests
{
    [Fact]
    public void Protocol_names_every_type_of_event()
    {
        var rows = File.ReadAllText(Path.Combine(Repository.Root, "docs", "protocol.md"))
            .Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .ToList();
        Assert.All(FeedEventType.All, type => Assert.Contains(rows, row => row.Contains($"`{type}`", StringComparison.Ordinal)));
    }
}
