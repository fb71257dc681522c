namespace ClrEngine.Data;

/// <summary>Options that only some kinds of data have a use for.</summary>
[Flags]
public enum DataOptionUse
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary><see cref="DataOptions.LabelColumn"/> and <see cref="DataOptions.IgnoreColumns"/>.</summary>
    Columns = 1,

    /// <summary><see cref="DataOptions.HeaderRow"/>.</summary>
    HeaderRow = 2,

    /// <summary><see cref="DataOptions.Regression"/>.</summary>
    Regression = 4,

    /// <summary><see cref="DataOptions.FineLabels"/>.</summary>
    FineLabels = 8,

    /// <summary><see cref="DataOptions.ImageSize"/>.</summary>
    ImageSize = 16,

    /// <summary>All of them.</summary>
    All = Columns | HeaderRow | Regression | FineLabels | ImageSize,
}
