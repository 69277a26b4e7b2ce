using static Chatbox.Tests.Harness.Files.SampleFiles;

namespace Chatbox.Tests.Harness.Files;

/// <summary>One true file of every type that may be uploaded.</summary>
internal static class GoodFiles
{
    private static readonly Dictionary<string, Func<byte[]>> Makers = new()
    {
        [".jpg"] = () => SampleImages.Of(".jpg"),
        [".jpeg"] = () => SampleImages.Of(".jpg"),
        [".png"] = () => SampleImages.Of(".png"),
        [".gif"] = () => SampleImages.Of(".gif"),
        [".webp"] = () => SampleImages.Of(".webp"),
        [".svg"] = () => Svg(),
        [".pdf"] = () => Pdf(),
        [".doc"] = () => OldOffice("WordDocument", "1Table"),
        [".docx"] = () => Docx(),
        [".xls"] = () => OldOffice("Workbook"),
        [".xlsx"] = () => Xlsx(),
        [".ppt"] = () => OldOffice("PowerPoint Document"),
        [".pptx"] = () => Pptx(),
        [".txt"] = () => Text("Hello, wörld"),
        [".md"] = () => Text("# Title\n\n```sh\n#!/bin/sh\n```\n"),
        [".csv"] = () => Text("MZ,intensity\n1,2\n"),
        [".json"] = () => Text("{\"a\": [1, 2]}"),
        [".mp3"] = () => Mp3(),
        [".wav"] = () => Wav(),
        [".webm"] = () => WebM(),
        [".ogg"] = () => Ogg(),
        [".aac"] = () => Aac(),
        [".m4a"] = () => Mp4("M4A "),
        [".mp4"] = () => Mp4(),
        [".zip"] = () => SampleFiles.Zip(("a/b.txt", Text("Hello"))),
        [".gz"] = () => Gzip(Text("Hello")),
        [".tar"] = () => Tar(("a/b.txt", Text("Hello"))),
    };

    /// <summary>The extensions, in lower case and with their dots.</summary>
    public static IEnumerable<string> Extensions => Makers.Keys;

    public static byte[] Of(string extension) => Makers[extension]();
}
