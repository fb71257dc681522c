namespace ClrFigures.Html;

/// <summary>Ids of HTML elements.</summary>
internal static class ElementId
{
    public static string New() => "clr-" + Guid.NewGuid().ToString("n");

    public static string Check(string id) =>
        id.Length > 0 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? id
            : throw new ArgumentException($"'{id}' is no id of a figure; use letters, digits, - and _.", nameof(id));
}
