using ClrEngine.Errors;

namespace ClrFigures.Model;

/// <summary>The check that there is something to draw.</summary>
internal static class Some
{
    public static void Of<T>(IReadOnlyCollection<T> items, string name)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (items.Count == 0)
            throw new InvalidParameterException(name, null, $"{name} is empty; give at least one to draw.", "NothingToDraw");
    }
}
