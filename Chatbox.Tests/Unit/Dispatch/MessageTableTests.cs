using Chatbox.Actors.Dispatch;

namespace Chatbox.Tests.Unit.Dispatch;

public sealed class MessageTableTests
{
    private abstract record Animal;

    private sealed record Cat : Animal;

    private sealed record Dog : Animal;

    private static readonly MessageTable<List<string>> Table = new MessageTable<List<string>>()
        .On<Cat>((heard, _) => heard.Add("cat"))
        .On<Animal>((heard, animal) => heard.Add($"animal {animal.GetType().Name}"))
        .On<Dog>((heard, _) => heard.Add("dog"));

    [Fact]
    public void A_message_gets_the_first_handler_whose_type_it_has()
    {
        var heard = new List<string>();

        Assert.True(Table.Handle(heard, new Cat()));
        Assert.True(Table.Handle(heard, new Dog()));
        Assert.True(Table.Handle(heard, new Cat()));

        Assert.Equal(["cat", "animal Dog", "cat"], heard);
    }

    [Fact]
    public void A_message_without_a_handler_is_reported_each_time()
    {
        var heard = new List<string>();

        Assert.False(Table.Handle(heard, "a text"));
        Assert.False(Table.Handle(heard, "another text"));
        Assert.Empty(heard);
    }
}
