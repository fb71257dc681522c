namespace ClrKernelExtension.Magics;

/// <summary>A parameter of a magic command.</summary>
/// <param name="Name">As it is typed, such as <c>--base-lr</c>.</param>
/// <param name="Description">What it means.</param>
/// <param name="Required">Whether the command cannot do without it.</param>
public sealed record MagicParameter(string Name, string Description, bool Required = false)
{
    /// <summary>The name of the property that a notebook binds it to, such as <c>BaseLr</c>.</summary>
    public string PropertyName => string.Concat(Name.TrimStart('-').Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
