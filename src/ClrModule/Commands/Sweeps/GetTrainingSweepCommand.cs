using ClrModule.Commands.Files;
using ClrModule.Sweeps;

namespace ClrModule.Commands.Sweeps;

/// <summary>Lists the runs of sweeps, by the sweeps' folders: which are done and how well, which go on, wait, diverged, or failed and why.</summary>
[Cmdlet(VerbsCommon.Get, "TrainingSweep", DefaultParameterSetName = ByPath)]
[OutputType(typeof(TrainingSweepRun))]
public sealed class GetTrainingSweepCommand : FilesCommand
{
    protected override void Process() => EachOf(Given, path => EachOf(FilesOf(path), folder =>
    {
        SweepFolder sweep = SweepFolder.Open(folder, WriteWarning);
        foreach (int index in sweep.Runs)
            WriteObject(sweep.Row(index));
        foreach (string warning in sweep.Changed())
            WriteWarning(warning);
    }));
}
