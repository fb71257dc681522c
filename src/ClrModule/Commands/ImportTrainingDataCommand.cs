using System.Management.Automation;
using ClrEngine.Data;
using ClrModule.Binding;

namespace ClrModule.Commands;

/// <summary>Reads a data set once, for several cmdlets.</summary>
[Cmdlet(VerbsData.Import, "TrainingData")]
[OutputType(typeof(TrainingData))]
public sealed class ImportTrainingDataCommand : ClrCommand
{
    /// <summary>A name such as digits, or the path of a folder or file.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Path", "FullName")]
    public object Data { get; set; } = null!;

    /// <summary>The share of the samples that is held out where the set has no part of its own for it.</summary>
    [Parameter]
    public double ValidationFraction { get; set; } = 0.2;

    /// <summary>The seed of the split.</summary>
    [Parameter]
    public int SplitSeed { get; set; }

    /// <inheritdoc/>
    protected override object? Target => Data;

    /// <inheritdoc/>
    protected override void Process() => WriteObject(
        DataArgument.Resolve(Data, this, new DataOptions { ValidationFraction = ValidationFraction, Seed = SplitSeed }));
}
