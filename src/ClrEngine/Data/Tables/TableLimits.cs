namespace ClrEngine.Data;

/// <summary>How large a table may be: beyond these it is not the table that its reader thinks.</summary>
internal static class TableLimits
{
    /// <summary>The most columns, and the most values of one sample after texts have become columns.</summary>
    public const int Columns = 32_768;

    /// <summary>The most different texts of a column to learn from, in any number of rows.</summary>
    public const int Categories = 1_000;

    /// <summary>So many different texts are categories in any number of rows.</summary>
    public const int FewCategories = 20;

    /// <summary>The most classes.</summary>
    public const int Classes = 65_536;

    /// <summary>The most classes that are taken for classes unasked where they are whole numbers.</summary>
    public const int GuessedClasses = 100;

    /// <summary>The most characters of a text.</summary>
    public const int TextLength = 1_024;

    /// <summary>The most characters of a row.</summary>
    public const int RowLength = 1 << 20;

    /// <summary>The most values in all.</summary>
    public const long Cells = int.MaxValue;

    /// <summary>The most different texts of a column to learn from: where most rows have one of their own, they are names, not categories.</summary>
    public static int CategoriesOf(int rows) => Math.Clamp(rows / 2, FewCategories, Categories);
}
