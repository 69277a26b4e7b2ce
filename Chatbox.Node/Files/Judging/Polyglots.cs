using System.Text;

namespace Chatbox.Node.Files.Judging;

/// <summary>
/// Finds files that are two things at once: an image with an archive behind it, a document that is a web page too. Programs that look for
/// the other thing would find it.
/// </summary>
internal static class Polyglots
{
    private const int SampleLength = 64 * 1024;

    private static readonly string[] Pages = ["<html", "<!doctype html", "<script", "<svg", "<?php", "<iframe"];

    /// <summary>Why a file is refused; null for one that is one thing only.</summary>
    /// <param name="end">The place behind the file itself, if its format says where that is.</param>
    public static FileVerdict.Refused? Check(Stream content, FileType type, long? end)
    {
        if (ZipDirectory.IsAtEnd(content))
            return Refused(type, "a ZIP archive");
        if (type.Extension == ".pdf" && IsPage(Sample(content, 0, 1024)))
            return Refused(type, "a web page");
        if (end is not { } start || start >= content.Length)
            return null;
        // Cameras append previews and films of their own.
        var behind = Sample(content, start, SampleLength);
        if (IsPage(behind) || IsPage(Sample(content, Math.Max(start, content.Length - SampleLength), SampleLength)))
            return Refused(type, "a web page or a script");
        return Signatures.Of(behind) switch
        {
            Signature.Pdf => Refused(type, "a PDF document"),
            Signature.Program => Refused(type, "a program"),
            Signature.Zip or Signature.Gzip or Signature.Tar => Refused(type, "an archive"),
            Signature.Text when Encoding.Latin1.GetString(behind).Trim().Length > 0 => Refused(type, "a text or a script"),
            _ => null,
        };
    }

    private static bool IsPage(byte[] sample)
    {
        var text = Encoding.Latin1.GetString(sample);
        return Pages.Any(page => text.Contains(page, StringComparison.OrdinalIgnoreCase));
    }

    private static byte[] Sample(Stream content, long start, int length)
    {
        var sample = new byte[Math.Min(length, content.Length - start)];
        content.Position = start;
        content.ReadExactly(sample);
        return sample;
    }

    private static FileVerdict.Refused Refused(FileType type, string other) =>
        new(
            FileFault.Mismatch,
            $"The file is {type.Noun} and contains {other} as well, which programs could open by mistake. Save it again, and send the new one."
        );
}
