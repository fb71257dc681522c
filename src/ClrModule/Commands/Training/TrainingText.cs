using System.Diagnostics;
using ClrEngine.Torch.Models;
using ClrEngine.Training.Checkpoints;
using ClrFigures;

namespace ClrModule.Commands.Training;

/// <summary>What a training run says of itself to people: before it, for <c>-WhatIf</c> and <c>-Confirm</c>, and at each epoch's end.</summary>
internal static class TrainingText
{
    /// <summary>The tag of the epochs' lines in the information stream.</summary>
    public const string EpochTag = "Epoch";

    /// <summary>Such as <c>Epoch 2 of 12: rate 0.0505, loss 0.1234, validation loss 0.1012, accuracy 97.21 %, 0.84 s, 27.4 steps/s</c>.</summary>
    public static string Epoch(EpochRecord epoch, TrainingRun run) => string.Create(
        CultureInfo.InvariantCulture,
        $"Epoch {epoch.Epoch} of {run.TotalEpochs}: rate {epoch.LearningRate:G4}, loss {epoch.TrainLoss:G4}, validation loss {epoch.ValidationLoss:G4}{Measure(epoch)}{Figure(epoch, run.Description.BestBy)}{string.Concat((epoch.Metrics ?? []).Select(static metric => $", {metric}"))}, {epoch.Seconds:F2} s, {NumberText.Speed(run.StepsOf(epoch) / epoch.Seconds)}");

    /// <summary>What would be trained, on what.</summary>
    public static string Target(ModelSource model, TrainingData data) =>
        $"{model.Name} on {data.Name} ({Counted.InThousands(data.Train.Count, "sample")} to learn from, {NumberText.Whole(data.Validation.Count)} to validate on)";

    /// <summary>For how long, under what, where, and with which files.</summary>
    public static string Action(TrainingJob job, ILrSchedule schedule, TrainingJobOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"Train {Length(job, options.Length)} ({Counted.InThousands(job.TotalSteps, "step")}) under {schedule}, on {TorchDevices.Resolve(options.Learning.Device)}; {Files(options)}");

    /// <summary>Where a run that was stopped is, by a signal or with its pipeline, how to go on with it, and what could not be written of it.</summary>
    public static string Stopped(string? signal, TrainingJob job, bool resumes, Exception? lost = null) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(signal is null ? "The run was stopped" : $"{signal} stopped the run")} after {job.Progress.Step} of {Counted.Of(job.TotalSteps, "update")}. {(job.NewestCheckpoint is { } path ? $"Its checkpoint is '{path}': the same line{(resumes ? "" : " with -Resume")} goes on from there." : lost is null ? "Nothing of it is kept: give -CheckpointPath to be able to go on." : "Nothing of it is kept.")}{(lost is null ? "" : " ")}{lost?.Message}");

    // A metric of one's own stands among the metrics.
    private static string Figure(EpochRecord epoch, ValidationFigure? by) => by is null || by.Value.IsOfMetric() ? "" : $", {by.Text(epoch.ValidationFigure)}";

    private static string Measure(EpochRecord epoch) => epoch switch
    {
        { ValidationAccuracy: not null, EmaAccuracy: { } average } => string.Create(CultureInfo.InvariantCulture, $", accuracy {epoch.Measure}, EMA {average:F2} %"),
        { ValidationAccuracy: not null } => $", accuracy {epoch.Measure}",
        { EmaLoss: { } average } => string.Create(CultureInfo.InvariantCulture, $", {(epoch.ValidationRSquared is null ? "" : epoch.Measure + ", ")}EMA loss {average:G4}"),
        { ValidationRSquared: not null } => $", {epoch.Measure}",
        _ => "",
    };

    private static string Length(TrainingJob job, TrainingOptions length) => length.Cycles is { } cycles
        ? Counted.Of(cycles, "cycle")
        : $"{Counted.Of(length.Epochs, "epoch")} of {Counted.Of(job.Plan.StepsPerEpoch, "step")}";

    private static string Files(TrainingJobOptions options)
    {
        string[] files =
        [
            .. options.Checkpoints is { } checkpoints ? [Checkpoints(checkpoints)] : Array.Empty<string>(),
            .. options.ModelFolder is { } models ? [$"the models are written to '{models}'"] : Array.Empty<string>(),
            .. options.EventFolder is { } events ? [$"TensorBoard events are written to '{events}'"] : Array.Empty<string>(),
            .. options.MlflowFolder is { } store ? [$"a run in MLflow is written to '{store}'"] : Array.Empty<string>(),
        ];
        return files.Length == 0 ? "no files are written" : string.Join("; ", files);
    }

    private static string Checkpoints(CheckpointOptions checkpoints) => checkpoints switch
    {
        { Force: true } => $"the checkpoints in '{checkpoints.Path}' are removed, and new ones written",
        { Resume: true } => $"go on from the newest checkpoint in '{checkpoints.Path}', and write new ones",
        _ => $"checkpoints are written to '{checkpoints.Path}'",
    };
}

/// <summary>The progress bar of work that is counted in steps: rate, loss, steps a second, seconds remaining.</summary>
internal sealed class StepProgress(PSCmdlet cmdlet, string activity, long totalSteps, long firstStep = 0) : IDisposable
{
    private readonly ProgressBar _bar = new(cmdlet, activity);

    /// <summary>Shows how many steps are done. The loss is asked for only where it is shown: it may wait for the device.</summary>
    public void Show(long done, double learningRate, Func<double?> loss)
    {
        double pace = (done - firstStep) / _bar.Seconds;
        _bar.Show(done, totalSteps, () => Status(done, learningRate, loss(), pace), (totalSteps - done) / pace);
    }

    public void Dispose() => _bar.Dispose();

    private string Status(long done, double learningRate, double? loss, double pace) => string.Create(
        CultureInfo.InvariantCulture,
        $"step {done} of {totalSteps}, rate {learningRate:G4}{(loss is null ? "" : ", loss ")}{loss:G4}, {NumberText.Speed(pace)}");
}

/// <summary>A progress bar, drawn at most five times a second.</summary>
internal sealed class ProgressBar(PSCmdlet cmdlet, string activity) : IDisposable
{
    private const int ActivityId = 0x434c52;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _last = -Interval;

    /// <summary>How long it stands.</summary>
    public double Seconds => _clock.Elapsed.TotalSeconds;

    /// <summary>Shows how much is done. The text is asked for only where it is shown.</summary>
    public void Show(long done, long total, Func<string> text, double? secondsLeft = null)
    {
        if (_clock.Elapsed - _last < Interval)
            return;
        _last = _clock.Elapsed;
        cmdlet.WriteProgress(new ProgressRecord(ActivityId, activity, text()) { PercentComplete = (int)(100 * done / total), SecondsRemaining = secondsLeft is { } left ? (int)Math.Ceiling(left) : -1 });
    }

    /// <summary>Takes the bar away. A stopped pipeline accepts no record, and its host clears the bar itself.</summary>
    public void Dispose()
    {
        if (!cmdlet.Stopping)
            cmdlet.WriteProgress(new ProgressRecord(ActivityId, activity, "Done") { RecordType = ProgressRecordType.Completed });
    }
}
