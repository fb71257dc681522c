using System.Text;

namespace ClrHelp.Writing;

/// <summary>
/// A topic's markdown as the text that Get-Help shows: headings in capitals, prose folded at 80 columns and indented,
/// code and tables kept as they are.
/// </summary>
internal static class AboutText
{
    private const int Width = 76;
    private const string Indent = "    ";

    /// <summary>Reads a topic whose first heading is its name and whose first paragraph is its short description.</summary>
    public static string From(string path)
    {
        string[] blocks = File.ReadAllText(path).ReplaceLineEndings("\n").Trim().Split("\n\n");
        string name = Path.GetFileNameWithoutExtension(path);
        var text = new StringBuilder($"TOPIC\n{Indent}{name}\n\nSHORT DESCRIPTION\n{Fold(blocks[1])}\n\nLONG DESCRIPTION\n");
        bool inCode = false;
        foreach (string block in blocks.Skip(2))
        {
            text.Append(inCode || block.StartsWith("```", StringComparison.Ordinal) ? Code(block, ref inCode) : Prose(block)).Append('\n');
        }
        return text.ToString();
    }

    private static string Prose(string block)
    {
        if (block.StartsWith('#'))
            return PlainText.From(block.TrimStart('#').Trim()).ToUpperInvariant() + "\n";
        if (block.StartsWith('|'))
            return Indented(PlainText.From(block)) + "\n";
        return string.Join('\n', block.StartsWith("- ", StringComparison.Ordinal) ? block.Split('\n').Select(Fold) : [Fold(block)]) + "\n";
    }

    private static string Code(string block, ref bool inCode)
    {
        int fences = block.Split('\n').Count(line => line.StartsWith("```", StringComparison.Ordinal));
        inCode = fences % 2 == 1 ? !inCode : inCode;
        IEnumerable<string> lines = block.Split('\n').Where(line => !line.StartsWith("```", StringComparison.Ordinal));
        return Indented(string.Join('\n', lines.Select(line => line.Length == 0 ? line : Indent + line))) + "\n";
    }

    private static string Indented(string text) => string.Join('\n', text.Split('\n').Select(line => line.Length == 0 ? line : Indent + line));

    private static string Fold(string paragraph)
    {
        var lines = new List<string> { Indent };
        foreach (string word in PlainText.From(paragraph).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines[^1].Length + word.Length + 1 > Width)
                lines.Add(Indent);
            lines[^1] += lines[^1] == Indent ? word : " " + word;
        }
        return string.Join('\n', lines);
    }
}
