using ClrShell.Arguments;

namespace ClrShell.Running;

/// <summary>Writes the command line that runs a task in pwsh.</summary>
internal static class PwshCommandLine
{
    /// <summary>Gives the command line, with paths short enough to read: relative ones below the current folder.</summary>
    public static string For(ShellTask task, string manifest)
    {
        var text = task switch
        {
            RunScript script => string.Join(' ', ["&", Word(Short(script.Path)), .. script.RawArguments.Select(Argument)]),
            RunText run => run.Text,
            _ => throw new NotSupportedException($"Nothing runs {task}."),
        };

        var command = $"Import-Module {Word(Short(manifest))}; {text}";
        return $"pwsh -NoProfile -Command \"{command.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    private static string Short(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative)
            ? Path.GetFullPath(path)
            : $"./{relative.Replace('\\', '/')}";
    }

    // A parameter's name stays bare: quoted, it would be a value.
    private static string Argument(string argument) => argument.StartsWith('-') ? argument : Word(argument);

    private static string Word(string text) =>
        text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || c is '.' or '/' or '_' or '-' or ':' or '\\')
            ? text
            : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
