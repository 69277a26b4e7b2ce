using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;

namespace Chatbox.Actors.Models;

/// <summary>
/// Decides how a model is given the files of a message, and what they cost. Depends only on what the session knows of the files and on the
/// model's settings, so that a prompt can be replayed.
/// </summary>
public static class FileRules
{
    /// <summary>
    /// Longest side of a picture for a model, in pixels: the longest that Anthropic takes as it is. OpenAI makes pictures smaller than that itself.
    /// </summary>
    public const int ImageSide = 1_568;

    /// <summary>Greatest cost of a picture, in tokens; a larger one is scaled down.</summary>
    public const int MostImageTokens = 1_600;

    /// <summary>Pixels of a picture that cost a token (Anthropic's rule; OpenAI's pictures cost less).</summary>
    public const int PixelsPerToken = 750;

    /// <summary>Greatest number of pages of a document that a model is given as it is; Anthropic takes 100.</summary>
    public const int MostPages = 100;

    /// <summary>The least that a file costs, in tokens. A file with a smaller share is only named.</summary>
    public const int LeastTokens = 100;

    private const string Pdf = "application/pdf";
    private const string Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    /// <summary>The greatest cost of each file of a message, in tokens: all files together take at most half of a prompt.</summary>
    public static int ShareOf(ModelDescription model, int files) => (model.ContextTokens - model.MaxOutputTokens) / 2 / Math.Max(1, files);

    /// <summary>How a model is given a file.</summary>
    public static FileReading Of(MessageFile file, ModelDescription model) =>
        file.MimeType switch
        {
            "image/png" or "image/jpeg" or "image/gif" or "image/webp" => model.Sees ? FileReading.Image : FileReading.NameOnly,
            Pdf => model.TakesDocuments ? FileReading.Document : FileReading.Text,
            Docx or "text/plain" or "text/markdown" or "text/csv" or "application/json" => FileReading.Text,
            _ => FileReading.NameOnly,
        };

    /// <summary>How a model is given the files of one message, in their order.</summary>
    public static IReadOnlyList<(MessageFile File, FileReading Reading)> Of(MessageFiles? files, ModelDescription model)
    {
        if (files is null)
            return [];
        if (files.Form == MessageForm.VoiceMessage)
            return [.. files.Files.Select(file => (file, FileReading.NameOnly))];
        var readings = files.Files.Select(file => (file, Of(file, model))).ToList();
        var readable = readings.Count(file => file.Item2 != FileReading.NameOnly);
        return ShareOf(model, readable) >= LeastTokens ? readings : [.. files.Files.Select(file => (file, FileReading.NameOnly))];
    }

    /// <summary>A file in a prompt, before it is read.</summary>
    public static AIContent Unread(MessageFile file, FileReading reading, int share) =>
        new PromptFile(file, reading, share, Math.Min(share, EstimateOf(file, reading, share)));

    /// <summary>Longest side of the picture of an image that costs at most so many tokens, in pixels; never more than the image has.</summary>
    public static int SideOf(MessageFile file, int tokens)
    {
        var pixels = (double)Math.Min(tokens, MostImageTokens) * PixelsPerToken;

        // Of an image of unknown size, a square has the most pixels.
        if (file is not { Width: { } width and > 0, Height: { } height and > 0 })
            return Math.Min(ImageSide, (int)Math.Sqrt(pixels));
        var longest = Math.Max(width, height);
        return Math.Max(1, Math.Min(Math.Min(longest, ImageSide), (int)(longest * Math.Sqrt(pixels / ((double)width * height)))));
    }

    /// <summary>What the picture of an image costs, in tokens.</summary>
    /// <param name="most">Greatest cost.</param>
    public static int ImageTokens(MessageFile file, int most)
    {
        var bound = Math.Min(most, MostImageTokens);
        if (file is not { Width: { } width and > 0, Height: { } height and > 0 })
            return bound;
        var scale = (double)SideOf(file, most) / Math.Max(width, height);
        return Math.Clamp((int)Math.Ceiling(width * scale * height * scale / PixelsPerToken), Math.Min(LeastTokens, bound), bound);
    }

    /// <summary>What a document costs that a model is given as it is, in tokens: providers read its text and look at each page.</summary>
    public static long DocumentTokens(string text, int pages) => TokenEstimate.Of(text).Total + (long)pages * MostImageTokens;

    /// <summary>The beginning of a text that costs at most so many tokens.</summary>
    public static (string Text, bool IsWhole) Fit(string text, int tokens)
    {
        if (TokenEstimate.Of(text).Total <= tokens)
            return (text, true);
        var (least, most) = (0, text.Length);
        while (most - least > 1)
        {
            var middle = (least + most) / 2;
            if (TokenEstimate.Of(text[..middle]).Total <= tokens)
                least = middle;
            else
                most = middle;
        }

        return (text[..(least > 0 && char.IsHighSurrogate(text[least - 1]) ? least - 1 : least)].TrimEnd(), false);
    }

    // The cost of a packed document is known only when it has been read.
    private static int EstimateOf(MessageFile file, FileReading reading, int share) =>
        reading == FileReading.Image ? ImageTokens(file, share)
        : file.MimeType is Pdf or Docx ? LeastTokens
        : (int)Math.Clamp(file.Size / 4, LeastTokens, int.MaxValue);
}
