namespace ClrShell.Running;

/// <summary>Looks at a script's path before the engine does: the engine would call any mistake an unknown command.</summary>
internal static class ScriptPath
{
    /// <summary>Says what is wrong with <paramref name="path"/>, or nothing where it is a script that exists.</summary>
    public static string? Problem(string path)
    {
        if (Directory.Exists(path))
        {
            return $"'{path}' is a folder. Name a script (.ps1) in it.";
        }

        if (!File.Exists(path))
        {
            return $"There is no script '{path}' (looked for '{Path.GetFullPath(path)}').";
        }

        return Path.GetExtension(path).Equals(".ps1", StringComparison.OrdinalIgnoreCase)
            ? null
            : $"'{path}' is no PowerShell script: its name must end in .ps1.";
    }
}
