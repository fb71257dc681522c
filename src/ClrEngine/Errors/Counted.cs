namespace ClrEngine.Errors;

/// <summary>How messages say how many things there are: one of them is not several.</summary>
internal static class Counted
{
    /// <summary>A number and what is counted, such as <c>1 epoch</c> and <c>24 epochs</c>.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="one">What one of them is called.</param>
    /// <param name="many">What several are called; an s is added to the name of one if omitted.</param>
    public static string Of(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {Noun(count, one, many)}");

    /// <summary>The same with commas between thousands, such as <c>1,024 steps</c>.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="one">What one of them is called.</param>
    /// <param name="many">What several are called; an s is added to the name of one if omitted.</param>
    public static string InThousands(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {Noun(count, one, many)}");

    /// <summary>What is counted, where the number is written otherwise.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="one">What one of them is called.</param>
    /// <param name="many">What several are called; an s is added to the name of one if omitted.</param>
    public static string Noun(long count, string one, string? many = null) => count == 1 ? one : many ?? one + "s";

    /// <summary>A word that goes with it, such as <c>is</c> and <c>are</c>.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="one">Its form for one.</param>
    /// <param name="many">Its form for several.</param>
    public static string Form(long count, string one = "is", string many = "are") => count == 1 ? one : many;
}
