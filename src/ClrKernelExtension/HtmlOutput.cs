using System.Diagnostics.CodeAnalysis;

namespace ClrKernelExtension;

/// <summary>Text that a notebook shows as HTML, with a plain form for clients that show none.</summary>
/// <param name="Html">The HTML.</param>
/// <param name="Text">The plain form.</param>
public sealed record HtmlOutput([property: StringSyntax("Html")] string Html, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}
