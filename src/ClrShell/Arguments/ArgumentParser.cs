namespace ClrShell.Arguments;

/// <summary>Reads the shell's command line.</summary>
internal static class ArgumentParser
{
    private static readonly string[] HelpSwitches = ["--help", "-h", "-help", "-?", "/?"];
    private static readonly string[] CommandSwitches = ["-command", "--command", "-c"];
    private static readonly string[] FileSwitches = ["-file", "--file", "-f"];

    /// <summary>Gives what <paramref name="args"/> ask for. All that follows a script's path is the script's.</summary>
    public static ShellRequest Parse(IReadOnlyList<string> args)
    {
        if (args.Count == 0)
        {
            return new UsageError("");
        }

        var first = args[0];
        if (IsOneOf(first, HelpSwitches))
        {
            return new ShowHelp();
        }

        if (IsOneOf(first, CommandSwitches))
        {
            return args.Count > 1
                ? new RunText(string.Join(' ', args.Skip(1)))
                : new UsageError($"{first} needs the text to run after it.");
        }

        if (IsOneOf(first, FileSwitches))
        {
            return args.Count > 1
                ? Script(args[1], [.. args.Skip(2)])
                : new UsageError($"{first} needs the path of a script after it.");
        }

        return first.StartsWith('-')
            ? new UsageError($"'{first}' is no option of this shell. Name the script first; its own arguments follow it.")
            : Script(first, [.. args.Skip(1)]);
    }

    private static RunScript Script(string path, string[] arguments) =>
        new(path, ScriptArguments.Read(arguments), arguments);

    private static bool IsOneOf(string argument, string[] names) =>
        names.Contains(argument, StringComparer.OrdinalIgnoreCase);
}
