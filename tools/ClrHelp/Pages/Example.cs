namespace ClrHelp.Pages;

/// <summary>One example of a cmdlet's help.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Code">PowerShell.</param>
/// <param name="Output">What it prints, or null where the source does not show it.</param>
/// <param name="Text">What to notice.</param>
/// <param name="NotRun">Why no test runs it, or null.</param>
internal sealed record Example(string Title, string Code, string? Output, string Text, string? NotRun)
{
    /// <summary>What a test runs first, such as to make the file that the example reads; or null. No reader sees it.</summary>
    public string? Before { get; init; }

    /// <summary>A program that a machine may lack, such as Chromium; or null.</summary>
    public string? Needs { get; init; }
}
