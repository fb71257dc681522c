using ClrEngine.RangeTest;

namespace ClrRegret;

/// <summary>A way to come from a range test to bounds.</summary>
internal interface IBoundsMethod
{
    /// <summary>The name in the table.</summary>
    string Name { get; }

    /// <summary>The range test as the method's own tool runs it.</summary>
    LrRangeTestOptions Options { get; }

    /// <summary>The bounds, or null.</summary>
    Candidate? Suggest(LrRangeTestResult test);
}
