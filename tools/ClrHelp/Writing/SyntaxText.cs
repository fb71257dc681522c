using ClrHelp.Pages;

namespace ClrHelp.Writing;

/// <summary>A parameter set in the notation of Get-Command -Syntax.</summary>
internal static class SyntaxText
{
    private const int Width = 100;

    /// <summary>The line, folded.</summary>
    public static string Of(CmdletPage page, SyntaxLine line)
    {
        var lines = new List<string> { page.Name };
        foreach (string item in line.Parameters.Select(Item).Append(page.SupportsShouldProcess ? "[-WhatIf] [-Confirm] [<CommonParameters>]" : "[<CommonParameters>]"))
        {
            if (lines[^1].Length + item.Length + 1 > Width)
                lines.Add("   ");
            lines[^1] += " " + item;
        }
        return string.Join('\n', lines);
    }

    private static string Item(ParameterPage parameter)
    {
        string name = parameter.Position is null ? $"-{parameter.Name}" : $"[-{parameter.Name}]";
        string item = parameter.IsSwitch ? name : $"{name} <{parameter.Type}>";
        return parameter.IsMandatory ? item : $"[{item}]";
    }
}
