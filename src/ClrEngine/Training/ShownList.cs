using System.Collections.ObjectModel;

namespace ClrEngine.Training;

/// <summary>
/// A list that says what it holds where somebody makes a text of it, as <c>Export-Csv</c> does of every property: how many things of what kind, or all of its sentences.
/// </summary>
internal sealed class ShownList<T> : ReadOnlyCollection<T>
{
    private readonly string? _one;

    private ShownList(IList<T> items, string? one) : base(items) => _one = one;

    /// <summary>Shown as a count, such as <c>24 epochs</c>.</summary>
    public static IReadOnlyList<T> Counted(IReadOnlyList<T> items, string one) => Made(items, one);

    /// <summary>Shown one after the other.</summary>
    public static IReadOnlyList<T> Whole(IReadOnlyList<T> items) => Made(items, null);

    public override string ToString() => _one is null
        ? string.Join(" ", this)
        : string.Create(CultureInfo.InvariantCulture, $"{Count:N0} {_one}{(Count == 1 ? "" : "s")}");

    // A file that is read may lack the list, which is found where the whole is checked.
    private static IReadOnlyList<T> Made(IReadOnlyList<T>? items, string? one) => items is null or ShownList<T> ? items! : new ShownList<T>(items as IList<T> ?? [.. items], one);
}
