namespace ClrEngine.Schedules;

/// <summary>How the amplitude of a cyclic schedule changes (Smith, arXiv 1506.01186).</summary>
public enum CyclicMode
{
    /// <summary>The amplitude stays.</summary>
    Triangular,

    /// <summary>The amplitude halves after each cycle.</summary>
    Triangular2,

    /// <summary>The amplitude shrinks by gamma with every step.</summary>
    ExpRange,

    /// <summary>The amplitude is a function of the user's.</summary>
    Custom,
}
