namespace Chatbox.Node.Files.Judging;

/// <summary>Finds the type of a file, and checks that name, content and client agree.</summary>
internal static class TypeRules
{
    /// <summary>The type; or, if there is none, why the file is refused.</summary>
    /// <param name="claimedType">The media type that the client names, without parameters; null for none.</param>
    public static (FileType? Type, FileVerdict.Refused? Refused) Find(string name, Signature signature, string? claimedType)
    {
        if (signature == Signature.Program)
            return (null, new(FileFault.Type, "Programs and scripts are not accepted."));
        var extension = NameRules.Extension(name);
        if (extension.Length <= 1)
            return FileType.OfContent(signature, claimedType) is { } guessed ? (guessed, null) : (null, NotAccepted("This type of file"));
        if (FileType.OfExtension(extension) is not { } type)
            return (null, NotAccepted(extension.Length <= 10 ? $"A file that ends in {extension}" : "This type of file"));
        // What is text by name is read as text, whatever its first letters happen to be. A PDF document is never meant as one.
        var isReadAsText = type.Signatures is [Signature.Text] && signature != Signature.Pdf;
        if (!isReadAsText && !type.Signatures.Contains(signature))
            return (null, Differs(type, signature));
        return ClaimFits(type, claimedType)
            ? (type, null)
            : (
                null,
                new(
                    FileFault.Mismatch,
                    $"The file is {type.Noun}, but was sent as {Known(claimedType!)}. Check the file, and send it again."
                )
            );
    }

    /// <summary>
    /// Clients name odd types for documents and texts, and recordings may be called films. But an image is no recording, and the other way
    /// round.
    /// </summary>
    private static bool ClaimFits(FileType type, string? claimedType) =>
        Group(claimedType) is not { } claimed || claimed == Group(type.MimeType);

    private static string? Group(string? mimeType) =>
        mimeType?.Split('/')[0] switch
        {
            "image" => "image",
            "audio" or "video" => "sound",
            _ => mimeType is not null && Judged.Contains(mimeType) ? "document" : null,
        };

    // Only types that no client uses for anything else.
    private static readonly string[] Judged = ["application/pdf", "text/html"];

    private static string Known(string claimedType) =>
        FileType.All.FirstOrDefault(type => type.MimeType == claimedType)?.Noun ?? "something else";

    private static FileVerdict.Refused Differs(FileType type, Signature signature) =>
        new(
            FileFault.Mismatch,
            type.Signatures is [Signature.Zip] && signature == Signature.CompoundFile
                    ? "This document is protected with a password, or saved in the format before 2007 under a new name. Save it without a password as"
                        + $" {type.Extension}, and send it again."
                : FileType.OfContent(signature, null) is { } other && signature is not (Signature.Text or Signature.CompoundFile)
                    ? $"The name of the file ends in {type.Extension}, but the content is {other.Noun}. Rename the file, and send it again."
                : $"The name of the file ends in {type.Extension}, but the content is not {type.Noun}. Check the file, and send it again."
        );

    private static FileVerdict.Refused NotAccepted(string what) =>
        new(
            FileFault.Type,
            $"{what} is not accepted. Accepted are: {string.Join(", ", FileType.All.Select(type => type.Extension[1..]))}."
        );
}
