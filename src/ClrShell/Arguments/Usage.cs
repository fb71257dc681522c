namespace ClrShell.Arguments;

/// <summary>The usage text.</summary>
internal static class Usage
{
    public const string Text = """
        Runs PowerShell with the Clr module imported, where there is a .NET SDK and no pwsh.

          ClrShell script.ps1 [arguments]    runs a script
          ClrShell -Command "text"           runs PowerShell text
          ClrShell --help                    shows this

        A script's arguments bind as in PowerShell: -Name value, -Name:value, -Switch, and positional values.
        From a checkout: dotnet run -c Release --project src/ClrShell -- examples/digits.ps1

        Exit code: 0; N after the script's own 'exit N'; 1 after an error that ended it; 130 after Ctrl+C.
        The engine is PowerShell's own with its core cmdlets. Where a script needs more, pwsh runs it in full.

        """;
}
