using System.Management.Automation;
using ClrEngine.Torch.TensorBoard;
using ClrEngine.Training;
using ClrEngine.Training.Checkpoints;

namespace ClrModule.Commands;

/// <content>The run as TensorBoard sees it.</content>
public sealed partial class StartCyclicTrainingCommand
{
    /// <summary>A folder for TensorBoard events: rate, momentum and loss of each update, losses and accuracies of each epoch and cycle.</summary>
    [Parameter]
    public string? TensorBoardPath { get; set; }

    private string? EventsPath => TensorBoardPath is null ? null : FullPath(TensorBoardPath);

    private TrainingEvents? OpenEvents(TrainingRun run, TrainingCheckpoints? checkpoints)
    {
        if (EventsPath is null)
            return null;
        TrainingEvents events = TrainingEvents.Create(EventsPath, checkpoints?.Progress);
        WriteVerbose($"TensorBoard events are written to '{events.Path}'.");
        if (checkpoints is not null)
            checkpoints.Saving = () => events.Flush(run);
        return events;
    }
}
