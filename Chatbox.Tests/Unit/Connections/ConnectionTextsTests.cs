using System.Reflection;
using Chatbox.Actors.Connections.Protocol;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>What a connection says is shown to people as it is: no word of it may need a developer.</summary>
public sealed class ConnectionTextsTests
{
    [Theory]
    [InlineData(59.2, "1 minute")]
    [InlineData(60, "1 minute")]
    [InlineData(95, "2 minutes")]
    [InlineData(3600, "60 minutes")]
    [InlineData(20, "20 seconds")]
    [InlineData(0.4, "1 second")]
    public void Person_is_told_how_long_the_token_lasts(double seconds, string time)
    {
        var text = ConnectionTexts.TokenExpiring(TimeSpan.FromSeconds(seconds));

        Assert.Equal($"Your sign-in expires in {time}. Enter a new token to stay signed in.", text);
    }

    [Fact]
    public void No_text_names_a_frame_or_a_field()
    {
        var texts = typeof(ConnectionTexts)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!)
            .Append(ConnectionTexts.TokenExpiring(TimeSpan.FromMinutes(1)))
            .ToList();

        Assert.NotEmpty(texts);
        Assert.All(texts, text => Assert.DoesNotMatch(@"_|same id", text));
    }
}
