using System.Collections.Frozen;

namespace ClrShell.Running;

/// <summary>The names of the commands that come with pwsh but not with its engine.</summary>
internal static class PwshCommands
{
    private static readonly Lazy<FrozenSet<string>> Names = new(Read);

    /// <summary>Whether <paramref name="name"/>, with or without its module before it, comes with pwsh.</summary>
    public static bool Contains(string? name) =>
        name is not null && Names.Value.Contains(name[(name.LastIndexOf('\\') + 1)..]);

    private static FrozenSet<string> Read()
    {
        using var stream = typeof(PwshCommands).Assembly.GetManifestResourceStream("PwshCommands.txt")
            ?? throw new InvalidOperationException("The list of pwsh's commands is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd()
            .Split('\n')
            .Where(line => !line.StartsWith('#'))
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }
}
