using ClrEngine.Errors;

namespace ClrEngine.Data;

/// <summary>Refuses an option that would be without effect: whoever gave it expects one.</summary>
internal static class DataOptionCheck
{
    /// <summary>Checks the options that were given against those that a kind of data has a use for.</summary>
    /// <exception cref="InvalidParameterException">One of them is without use.</exception>
    public static void Check(DataOptions options, string kind, DataOptionUse uses)
    {
        if (options.LabelColumn is not null) Need(DataOptionUse.Columns, "LabelColumn", options.LabelColumn);
        if (options.IgnoreColumns.Count > 0) Need(DataOptionUse.Columns, "IgnoreColumn", options.IgnoreColumns);
        if (options.HeaderRow != HeaderRow.Auto) Need(DataOptionUse.HeaderRow, "HeaderRow", options.HeaderRow);
        if (options.Regression is not null) Need(DataOptionUse.Regression, "Regression", options.Regression);
        if (!options.FineLabels) Need(DataOptionUse.FineLabels, "CoarseLabels", true);
        if (options.ImageSize is not null) Need(DataOptionUse.ImageSize, "ImageSize", options.ImageSize);

        void Need(DataOptionUse use, string parameter, object? value)
        {
            if (!uses.HasFlag(use))
                throw new InvalidParameterException(parameter, value, $"{parameter} has no effect on data of the kind {kind}: leave it out.", "DataOptionWithoutUse");
        }
    }
}
