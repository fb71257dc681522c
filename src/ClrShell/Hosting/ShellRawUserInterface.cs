using System.Management.Automation.Host;

namespace ClrShell.Hosting;

/// <summary>The console's size, colours, cursor and keys. It has no screen buffer to read or paint.</summary>
internal sealed class ShellRawUserInterface(Terminal terminal) : PSHostRawUserInterface
{
    private const string NoBuffer = "This shell writes to the terminal in lines and has no screen buffer.";

    public override Size BufferSize
    {
        get => WindowSize;
        set => throw new NotSupportedException(NoBuffer);
    }

    public override Size WindowSize
    {
        get => new(terminal.Width, terminal.Height);
        set => throw new NotSupportedException("The terminal's window has the size that its user gives it.");
    }

    public override Size MaxWindowSize => WindowSize;

    public override Size MaxPhysicalWindowSize => WindowSize;

    public override Coordinates WindowPosition { get; set; }

    public override Coordinates CursorPosition
    {
        get => terminal.OutputIsTerminal ? new(Console.CursorLeft, Console.CursorTop) : default;
        set
        {
            if (terminal.OutputIsTerminal)
            {
                Console.SetCursorPosition(value.X, value.Y);
            }
        }
    }

    public override int CursorSize { get; set; } = 25;

    // Kept, not asked of the console: most terminals do not tell their colours.
    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    public override string WindowTitle { get; set; } = "ClrShell";

    public override bool KeyAvailable => terminal.InputIsTerminal && Console.KeyAvailable;

    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        if (!terminal.InputIsTerminal)
        {
            throw new InvalidOperationException("The script waits for a key, and the input is redirected. Run it in a terminal.");
        }

        var key = Console.ReadKey(intercept: options.HasFlag(ReadKeyOptions.NoEcho));
        return new KeyInfo((int)key.Key, key.KeyChar, default, keyDown: options.HasFlag(ReadKeyOptions.IncludeKeyDown));
    }

    public override void FlushInputBuffer()
    {
        while (KeyAvailable)
        {
            Console.ReadKey(intercept: true);
        }
    }

    public override int LengthInBufferCells(string source) => CellWidth.Of(source);

    public override int LengthInBufferCells(string source, int offset) => CellWidth.Of(source[offset..]);

    public override int LengthInBufferCells(char source) => CellWidth.Of(source.ToString());

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw new NotSupportedException(NoBuffer);

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw new NotSupportedException(NoBuffer);

    // The one fill that scripts use: all of the buffer, which is how Clear-Host clears.
    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        if (rectangle is not { Left: -1, Top: -1, Right: -1, Bottom: -1 })
        {
            throw new NotSupportedException(NoBuffer);
        }

        if (terminal.OutputIsTerminal)
        {
            Console.Clear();
        }
    }

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) =>
        throw new NotSupportedException(NoBuffer);
}
