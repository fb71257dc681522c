using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace ClrEngine.Training;

/// <summary>
/// A list that says what it holds where somebody makes a text of it, as <c>Export-Csv</c> does of every property: how many things, a number as in any column, or all of its sentences.
/// Two are equal where their things are, so that a record with one equals its copy from a file.
/// </summary>
internal sealed class ShownList<T> : ReadOnlyCollection<T>
{
    private readonly Func<IReadOnlyCollection<T>, string> _text;

    private ShownList(IList<T> items, Func<IReadOnlyCollection<T>, string> text) : base(items) => _text = text;

    /// <summary>Shown as a count, such as <c>24</c>.</summary>
    public static IReadOnlyList<T> Counted(IReadOnlyList<T> items) => Made(items, Number);

    /// <summary>Shown as a count, and as nothing where there is none: nobody counted then.</summary>
    public static IReadOnlyList<T> CountedIfAny(IReadOnlyList<T> items) => Made(items, static shown => shown.Count == 0 ? "" : Number(shown));

    /// <summary>Shown one after the other; null where there is none.</summary>
    [return: NotNullIfNotNull(nameof(items))]
    public static IReadOnlyList<T>? Whole(IReadOnlyList<T>? items) => Made(items, static shown => string.Join(" ", shown));

    public override string ToString() => _text(this);

    public override bool Equals(object? obj) => obj is ShownList<T> other && this.SequenceEqual(other);

    public override int GetHashCode() => Count;

    private static string Number(IReadOnlyCollection<T> shown) => shown.Count.ToString(CultureInfo.InvariantCulture);

    // A file that is read may lack the list, which is found where the whole is checked.
    private static IReadOnlyList<T> Made(IReadOnlyList<T>? items, Func<IReadOnlyCollection<T>, string> text) => items is null or ShownList<T> ? items! : new ShownList<T>(items as IList<T> ?? [.. items], text);
}

/// <summary>Names in messages.</summary>
internal static class ShownNames
{
    /// <summary>The first of some names, and how many more there are.</summary>
    public static string First(this IReadOnlyCollection<string> names, int most) =>
        string.Join(", ", names.Take(most)) + (names.Count > most ? $" and {names.Count - most} more" : "");

    /// <summary>The first name that is there twice; null where each is there once.</summary>
    public static string? Twice(this IEnumerable<string> names, StringComparer? comparer = null) =>
        names.GroupBy(static name => name, comparer).FirstOrDefault(static same => same.Skip(1).Any())?.Key;
}
