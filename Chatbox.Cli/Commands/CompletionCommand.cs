using System.CommandLine;

namespace Chatbox.Cli.Commands;

/// <summary>The command that prints a shell's completion script. The script asks <c>pbm</c> itself for the possible next words.</summary>
internal static class CompletionCommand
{
    private static readonly IReadOnlyDictionary<string, string> Scripts = new Dictionary<string, string>
    {
        ["bash"] = """
            _pbm() {
                local line="${COMP_LINE#* }"
                COMPREPLY=($(compgen -W "$(pbm "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -F _pbm pbm
            """,
        ["zsh"] = """
            #compdef pbm
            _pbm() {
                local line="${BUFFER#* }"
                compadd -- ${(f)"$(pbm "[suggest:${#line}]" "$line" 2>/dev/null)"}
            }
            compdef _pbm pbm
            """,
        ["fish"] = """
            function __pbm
                set -l line (string replace -r '^\S+\s' '' -- (commandline -cp))
                pbm "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -c pbm -f -a '(__pbm)'
            """,
    };

    public static Command Build(TextWriter output)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion", "Prints a completion script for a shell. For example: source <(pbm completion bash)")
        {
            shell,
        };
        command.SetAction(line => output.WriteLine(Scripts[line.GetValue(shell)!].ReplaceLineEndings("\n")));
        return command;
    }
}
