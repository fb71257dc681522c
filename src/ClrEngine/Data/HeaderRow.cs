namespace ClrEngine.Data;

/// <summary>Whether a text table starts with the names of its columns.</summary>
public enum HeaderRow
{
    /// <summary>Where no field of the first row is a number, it holds the names.</summary>
    Auto,

    /// <summary>The first row holds the names.</summary>
    Present,

    /// <summary>The first row is data; the columns are named 0, 1, 2 and so on.</summary>
    Absent,
}
