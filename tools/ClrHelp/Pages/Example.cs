namespace ClrHelp.Pages;

/// <summary>One example of a cmdlet's help.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Code">PowerShell.</param>
/// <param name="Output">What it prints, or null where the source does not show it.</param>
/// <param name="Text">What to notice.</param>
internal sealed record Example(string Title, string Code, string? Output, string Text);
