namespace ClrHelp.Pages;

/// <summary>A type that goes in or comes out, and what it is.</summary>
/// <param name="Name">The type's full name.</param>
/// <param name="Text">Its summary, empty where it is not of this product.</param>
internal sealed record TypeNote(string Name, string Text);
