namespace ClrShell.Hosting;

/// <summary>What the process's standard streams are.</summary>
/// <param name="OutputIsTerminal">Whether the standard output is a terminal.</param>
/// <param name="OutputTakesEscapes">Whether it understands ANSI escape sequences.</param>
/// <param name="ErrorTakesEscapes">Whether the error output is a terminal that understands them.</param>
/// <param name="InputIsTerminal">Whether somebody can answer questions.</param>
internal sealed record Terminal(
    bool OutputIsTerminal,
    bool OutputTakesEscapes,
    bool ErrorTakesEscapes,
    bool InputIsTerminal)
{
    /// <summary>The width of redirected output, in cells.</summary>
    public const int RedirectedWidth = 120;

    private const int RedirectedHeight = 50;

    /// <summary>The width now, in cells: a terminal's follows its window.</summary>
    public int Width => OutputIsTerminal && Console.WindowWidth > 0 ? Console.WindowWidth : RedirectedWidth;

    /// <summary>The height now, in lines.</summary>
    public int Height => OutputIsTerminal && Console.WindowHeight > 0 ? Console.WindowHeight : RedirectedHeight;

    /// <summary>Whether the user wants no colours anywhere (no-color.org).</summary>
    public static bool ColourIsUnwanted => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Looks at this process's streams.</summary>
    public static Terminal Detect()
    {
        var capable = Environment.GetEnvironmentVariable("TERM") != "dumb" && WindowsConsole.EnableEscapes();
        return new Terminal(
            !Console.IsOutputRedirected,
            !Console.IsOutputRedirected && capable,
            !Console.IsErrorRedirected && capable,
            !Console.IsInputRedirected);
    }
}
