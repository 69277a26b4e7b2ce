using Chatbox.Actors.Models;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using FsCheck.Xunit;

namespace Chatbox.Tests.Property.Models;

/// <summary>What files cost a model, and that they cost no more than their share.</summary>
public sealed class FileRulesProperties
{
    [Property(MaxTest = 1000)]
    public void Picture_is_never_larger_than_the_image_the_model_takes_or_its_share(ushort width, ushort height, ushort share, bool isKnown)
    {
        var (w, h, most) = (width % 16_000 + 1, height % 16_000 + 1, share % 5_000 + FileRules.LeastTokens);
        var file = new MessageFile("f", null, "f.png", "image/png", 1) { Width = isKnown ? w : null, Height = isKnown ? h : null };

        var side = FileRules.SideOf(file, most);
        var tokens = FileRules.ImageTokens(file, most);

        Assert.InRange(side, 1, FileRules.ImageSide);
        Assert.InRange(tokens, FileRules.LeastTokens, Math.Min(most, FileRules.MostImageTokens));
        var scale = Math.Min(1, (double)side / Math.Max(w, h));
        Assert.InRange(w * scale * h * scale, 0, tokens * (double)FileRules.PixelsPerToken + 1);
        if (isKnown)
            Assert.True(side <= Math.Max(w, h));
    }

    [Property(MaxTest = 1000)]
    public void Text_is_cut_to_its_share_and_not_much_shorter(byte[] seeds, ushort share)
    {
        var text = string.Concat(
            seeds.Select(seed =>
                seed % 3 == 0 ? "日"
                : seed % 3 == 1 ? "ab"
                : "🙂"
            )
        );
        var most = share % 200 + 1;

        var (fitting, isWhole) = FileRules.Fit(text, most);

        Assert.StartsWith(fitting, text);
        Assert.Equal(isWhole, fitting.Length == text.Length);
        Assert.InRange(TokenEstimate.Of(fitting).Total, 0, most);
        Assert.False(fitting.Length > 0 && char.IsHighSurrogate(fitting[^1]));
        if (!isWhole)
            Assert.InRange(TokenEstimate.Of(fitting).Total, most - 2, most);
    }

    [Property(MaxTest = 500)]
    public void Files_of_a_message_take_at_most_half_of_the_prompt(byte files, ushort context)
    {
        var model = new ModelDescription(new ModelId("m"), "M", "openai")
        {
            ContextTokens = context + 256,
            MaxOutputTokens = 100,
            Sees = true,
        };
        var file = new MessageFile("f", null, "f.png", "image/png", 1);
        var count = files % MessageFiles.MostFiles + 1;

        var all = FileRules.Of(new MessageFiles(MessageForm.UserMessage, [.. Enumerable.Repeat(file, count)]), model);
        var share = FileRules.ShareOf(model, count);

        Assert.InRange((long)share * count, 0, (model.ContextTokens - model.MaxOutputTokens) / 2);
        Assert.All(all, f => Assert.Equal(share >= FileRules.LeastTokens ? FileReading.Image : FileReading.NameOnly, f.Reading));
    }
}
