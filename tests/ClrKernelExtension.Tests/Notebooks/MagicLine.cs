namespace ClrKernelExtension.Tests.Notebooks;

/// <summary>A magic command as it stands in a cell, such as <c>#!clr-modes --base-lr 0.001</c>.</summary>
internal sealed record MagicLine(string Name, IReadOnlyList<(string Parameter, string Value)> Arguments)
{
    public const string Start = "#!clr-";

    public static MagicLine Parse(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(words.Length % 2 == 1, $"Each parameter of '{line}' needs a value.");
        return new MagicLine(words[0], [.. words.Skip(1).Chunk(2).Select(pair => (pair[0], pair[1]))]);
    }
}
