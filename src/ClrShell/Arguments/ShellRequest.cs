using System.Management.Automation.Runspaces;

namespace ClrShell.Arguments;

/// <summary>What a command line asks for.</summary>
internal abstract record ShellRequest;

/// <summary>The usage text, because it was asked for.</summary>
internal sealed record ShowHelp : ShellRequest;

/// <summary>A command line that asks for nothing that can be run.</summary>
/// <param name="Message">What is wrong with it; empty where there was nothing at all.</param>
internal sealed record UsageError(string Message) : ShellRequest;

/// <summary>Something to run.</summary>
internal abstract record ShellTask : ShellRequest;

/// <summary>A script file, run by its path.</summary>
/// <param name="Path">The path as it was typed.</param>
/// <param name="Parameters">The arguments, as the engine's parameter binder takes them.</param>
/// <param name="RawArguments">The arguments as they were typed.</param>
internal sealed record RunScript(
    string Path,
    IReadOnlyList<CommandParameter> Parameters,
    IReadOnlyList<string> RawArguments) : ShellTask;

/// <summary>PowerShell text.</summary>
/// <param name="Text">The text.</param>
internal sealed record RunText(string Text) : ShellTask;
