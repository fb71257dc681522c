using System.Management.Automation;
using System.Reflection;
using ClrEngine.Data;
using ClrEngine.Schedules;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrModule.Repeating;

namespace ClrModule.Commands;

/// <content>The line that repeats the run.</content>
public sealed partial class StartCyclicTrainingCommand
{
    // Written by themselves, or of files that a repeated run shall not touch.
    private static readonly string[] Apart =
    [
        nameof(Schedule), nameof(Model), nameof(Data), nameof(Epochs), nameof(Cycles), nameof(BatchSize), nameof(Seed), nameof(Device), nameof(Threads),
        nameof(CheckpointPath), nameof(CheckpointEvery), nameof(CheckpointKeep), nameof(Resume), nameof(Force), nameof(OutPath), nameof(TensorBoardPath),
    ];

    private string CommandLine(ModelSource model, TrainingData data, ILrSchedule schedule, TorchSession session)
    {
        var notes = new List<string>();
        string line = $"{ScheduleText.Of(schedule, notes)} | Start-CyclicTraining -Model {ModelText.Of(Model, model, this, notes)} -Data {DataText.Of(data, notes)}"
            + (Cycles.HasValue ? PowerShellText.Parameter(nameof(Cycles), Cycles) : PowerShellText.Parameter(nameof(Epochs), Epochs))
            + PowerShellText.Parameter(nameof(BatchSize), BatchSize)
            + PowerShellText.Parameter(nameof(Seed), Seed)
            + string.Concat(Given().Select(property => PowerShellText.Parameter(property.Name, property.GetValue(this))))
            + PowerShellText.Parameter(nameof(Device), session.Device)
            + PowerShellText.Parameter(nameof(Threads), session.Threads);
        return notes.Count == 0 ? line : $"{line} # {string.Join("; ", notes)}";
    }

    private IEnumerable<PropertyInfo> Given() => GetType().GetProperties()
        .Where(property => property.IsDefined(typeof(ParameterAttribute)) && MyInvocation.BoundParameters.ContainsKey(property.Name) && !Apart.Contains(property.Name))
        .OrderBy(property => property.Name, StringComparer.Ordinal);
}
