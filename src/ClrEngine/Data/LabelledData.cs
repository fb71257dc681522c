namespace ClrEngine.Data;

/// <summary>Samples and what a model shall answer for them.</summary>
public sealed class LabelledData
{
    /// <summary>Joins samples and their targets.</summary>
    /// <param name="samples">The features.</param>
    /// <param name="targets">As many targets as there are samples.</param>
    /// <exception cref="ArgumentException">The counts differ, or there is no sample.</exception>
    public LabelledData(ISampleReader samples, Targets targets)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(targets);
        if (samples.Count != targets.Count)
            throw new ArgumentException($"There are {samples.Count} samples but {targets.Count} targets: give one target for each sample.", nameof(targets));
        if (samples.Count == 0) throw new ArgumentException("There is no sample: give at least one.", nameof(samples));
        Samples = samples;
        Targets = targets;
    }

    /// <summary>The features.</summary>
    public ISampleReader Samples { get; }

    /// <summary>One target for each sample.</summary>
    public Targets Targets { get; }

    /// <summary>How many samples there are, at least 1.</summary>
    public long Count => Samples.Count;
}
