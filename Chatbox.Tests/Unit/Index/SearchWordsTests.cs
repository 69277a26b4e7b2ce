using Chatbox.Actors.Index;

namespace Chatbox.Tests.Unit.Index;

public sealed class SearchWordsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("?! -- …", "")]
    [InlineData("Hello, hello WORLD2!", "hello world2")]
    [InlineData("don't re-read", "don re read t")]
    [InlineData("ΣΊΣΥΦΟΣ σίσυφος", "σίσυφοσ")]
    [InlineData("हिन्दी भाषा", "भाषा हिन्दी")]
    [InlineData("e\u0301t\u0301e", "e\u0301t\u0301e")]
    [InlineData("\u0301a 🙂b", "a b")]
    [InlineData("東京", "京 東 東京")]
    [InlineData("GPT東京2026", "2026 gpt 京 東 東京")]
    [InlineData("カタカナ", "カ カタ カナ タ タカ ナ")]
    public void Text_is_found_by(string text, string words)
    {
        var found = SearchWords.OfText(text).Order(StringComparer.Ordinal);
        Assert.Equal(words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), found);
    }

    [Theory]
    [InlineData("東", "東")]
    [InlineData("東京都", "京都 東京")]
    [InlineData("東 Kyoto", "kyoto 東")]
    public void Query_asks_for_pairs_where_there_are_any(string query, string words)
    {
        Assert.Equal(words.Split(' '), SearchWords.OfQuery(query).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Whatever_is_asked_for_stands_in_the_text_it_was_taken_from()
    {
        const string text = "Ein Text, 日本語の文章 и ещё: ภาษาไทย 한국어를 e\u0301 \ud800 end";
        for (var from = 0; from < text.Length; from++)
            Assert.Subset(SearchWords.OfText(text[from..]).ToHashSet(), SearchWords.OfQuery(text[from..]).ToHashSet());
    }
}
