using System.Collections.ObjectModel;

namespace ClrEngine.Training;

/// <summary>
/// A list that says what it holds where somebody makes a text of it, as <c>Export-Csv</c> does of every property: how many things, a number as in any column, or all of its sentences.
/// </summary>
internal sealed class ShownList<T> : ReadOnlyCollection<T>
{
    private readonly bool _isCounted;

    private ShownList(IList<T> items, bool isCounted) : base(items) => _isCounted = isCounted;

    /// <summary>Shown as a count, such as <c>24</c>.</summary>
    public static IReadOnlyList<T> Counted(IReadOnlyList<T> items) => Made(items, isCounted: true);

    /// <summary>Shown one after the other.</summary>
    public static IReadOnlyList<T> Whole(IReadOnlyList<T> items) => Made(items, isCounted: false);

    public override string ToString() => _isCounted ? Count.ToString(CultureInfo.InvariantCulture) : string.Join(" ", this);

    // A file that is read may lack the list, which is found where the whole is checked.
    private static IReadOnlyList<T> Made(IReadOnlyList<T>? items, bool isCounted) => items is null or ShownList<T> ? items! : new ShownList<T>(items as IList<T> ?? [.. items], isCounted);
}
