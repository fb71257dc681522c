using ClrModule.Sweeps;

namespace ClrModule.Commands.Sweeps;

/// <summary>Lists the runs of sweeps: which are done and how well, which go on, wait, or failed and why.</summary>
[Cmdlet(VerbsCommon.Get, "TrainingSweep")]
[OutputType(typeof(TrainingSweepRun))]
public sealed class GetTrainingSweepCommand : ClrCommand
{
    /// <summary>The sweeps' folders; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true), SupportsWildcards]
    public string[] Path { get; set; } = [];

    protected override object? Target => Path;

    protected override void Process() => EachOf(Path, path => EachOf(this.Matches(path), folder =>
    {
        SweepFolder sweep = SweepFolder.Open(folder, WriteWarning);
        foreach (int index in sweep.Runs)
            WriteObject(sweep.Row(index));
    }));
}
