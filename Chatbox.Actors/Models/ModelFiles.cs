namespace Chatbox.Actors.Models;

/// <summary>What the models of a node do with files.</summary>
/// <param name="Reader">Reads the files of prompts; null to name them only.</param>
/// <param name="Keeper">Keeps the files that models return; null to refuse them.</param>
public sealed record ModelFiles(IPromptFileReader? Reader, IReturnedFileKeeper? Keeper);
