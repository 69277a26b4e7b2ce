namespace Chatbox.Tests.Contract.Startup;

/// <summary>A node rehearses a question before it is ready, and nobody finds anything of the question.</summary>
public sealed class RehearsalTests(ScriptedNode scripted) : IClassFixture<ScriptedNode>
{
    [Fact]
    public async Task Provider_store_lists_and_metrics_have_nothing_of_the_question()
    {
        var node = scripted.Node;

        Assert.Empty(scripted.Models.Requests);
        Assert.Equal(0, JournalRows.Of(node, "session-%"));
        Assert.Equal(0, JournalRows.Of(node, "user-%"));
        Assert.Equal(0, (await node.Http.Rest("GET", "/admin/sessions", "ana", "admin")).Json.GetProperty("count").GetInt32());
        var series = await MetricsPage.Read(node.Http);
        string[] ofQuestions = ["chatbox_llm_", "chatbox_sessions_", "chatbox_tokens_", "chatbox_journal_"];
        Assert.DoesNotContain(
            series,
            entry => entry.Value != 0 && ofQuestions.Any(name => entry.Key.StartsWith(name, StringComparison.Ordinal))
        );
    }
}
