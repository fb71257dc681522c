using System.Collections.Immutable;

namespace ClrEngine.Data;

/// <summary>One class for each sample, counted from 0.</summary>
public sealed record ClassTargets : Targets
{
    /// <summary>Makes class targets.</summary>
    /// <param name="labels">The class of each sample, from 0 to the number of names - 1.</param>
    /// <param name="classNames">The classes' names, in the order of their numbers.</param>
    /// <exception cref="ArgumentException">An array was never set, or there is no class.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label has no name.</exception>
    public ClassTargets(ImmutableArray<long> labels, ImmutableArray<string> classNames)
    {
        if (labels.IsDefault) throw new ArgumentException("Give the labels.", nameof(labels));
        if (classNames.IsDefaultOrEmpty) throw new ArgumentException("Name at least one class.", nameof(classNames));
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] < 0 || labels[i] >= classNames.Length)
                throw new ArgumentOutOfRangeException(
                    nameof(labels), labels[i], $"The label of sample {i} is outside 0 to {classNames.Length - 1}: name every class.");
        }

        Labels = labels;
        ClassNames = classNames;
    }

    /// <summary>The class of each sample, from 0 to <see cref="Classes"/> - 1.</summary>
    public ImmutableArray<long> Labels { get; }

    /// <summary>The classes' names, in the order of their numbers.</summary>
    public ImmutableArray<string> ClassNames { get; }

    /// <summary>How many classes there are, those without a sample included.</summary>
    public int Classes => ClassNames.Length;

    /// <inheritdoc/>
    public override long Count => Labels.Length;

    /// <inheritdoc/>
    public override Targets Select(ReadOnlySpan<long> indices)
    {
        var chosen = ImmutableArray.CreateBuilder<long>(indices.Length);
        foreach (long index in indices) chosen.Add(Labels[Checked(index)]);
        return new ClassTargets(chosen.MoveToImmutable(), ClassNames);
    }
}
