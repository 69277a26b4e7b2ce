namespace Chatbox.Node.Files.Texts;

/// <summary>Documents whose text another process reads.</summary>
internal enum DocumentKind
{
    Pdf,
    Docx,
}
