using System.Collections;
using System.ComponentModel;
using ClrEngine.Torch.Models;
using ClrEngine.Training.Checkpoints;
using ClrModule.Errors;
using ClrModule.Repeating;

namespace ClrModule.Commands.Training;

/// <summary>Trains a model under a schedule.</summary>
[Cmdlet(VerbsLifecycle.Start, "CyclicTraining", SupportsShouldProcess = true)]
[OutputType(typeof(TrainingHistory))]
public sealed partial class StartCyclicTrainingCommand : LearningCommand
{
    private static readonly TrainingOptions Usual = new();

    private readonly SeveralRuns _trained = new();
    private bool _isUnheard;

    /// <summary>
    /// The model: a name such as mlp, mlp:256,128, cnn or resnet20; the path of a TorchScript file (.pt); a TorchSharp
    /// module, which is trained as it is and stays yours; or a script block that makes a fresh module, such as
    /// { param($shape, $outputs) ... }, which is disposed after the run. A TorchScript file holds code, which runs:
    /// use only files whose maker you trust. If omitted, that of the range test whose bounds the schedule has.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true), JoinedText, ArgumentCompleter(typeof(ModelCompleter))]
    public override object Model { get; set; } = null!;

    /// <summary>
    /// The data: a name such as digits, the path of a folder or file, or an object from Import-TrainingData.
    /// If omitted, that of the range test whose bounds the schedule has.
    /// </summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true), ArgumentCompleter(typeof(DataCompleter))]
    public override object Data { get; set; } = null!;

    /// <summary>The schedule, which is set before every update. Several train one after the other, and each history holds its own.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true), AcceptDeserialized]
    public ILrSchedule[] Schedule { get; set; } = [];

    /// <summary>Passes over the training samples.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), CountOf<EpochRecord>, WholeNumber<int>]
    public int Epochs { get; set; } = Usual.Epochs;

    /// <summary>Cycles of the schedule, in place of epochs, so that the run ends where a cycle does.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), CountOf<CycleRecord>, WholeNumber<int>(EmptyIsNone = true)]
    public int? Cycles { get; set; }

    /// <summary>A folder for the trained models: final.safetensors, best.safetensors, with EmaDecay ema.safetensors, and with Snapshots also these and swa.safetensors.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), Alias("OutPath")]
    public string? DestinationPath { get; set; }

    /// <summary>A folder for this run's checkpoints: written at the ends of epochs and cycles, and when the run is stopped.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? CheckpointPath { get; set; }

    /// <summary>Goes on from the newest good checkpoint in CheckpointPath; begins where there is none, so that the same line starts and restarts a run.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), TrueOrFalse]
    public SwitchParameter Resume { get; set; }

    /// <summary>How often the run is made, each time under the next seed: what differs is chance. Compare-TrainingHistory compares two settings over the same seeds.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<int>]
    public int Repeats { get; set; } = 1;

    /// <summary>Updates from one checkpoint to the next, beside those at the ends of epochs and cycles.</summary>
    [Category("files"), Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<long>]
    public long CheckpointEvery { get; set; }

    /// <summary>How many of the newest checkpoints stay; that of the best epoch stays too.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<int>]
    public int CheckpointKeep { get; set; } = CheckpointOptions.UsualKeep;

    /// <summary>Begins anew in CheckpointPath and replaces another run's models in DestinationPath: what is there goes when this run has a checkpoint, or models, to put in its place.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), TrueOrFalse]
    public SwitchParameter Force { get; set; }

    /// <summary>A folder for TensorBoard events: rate, momentum and loss of each update, losses and accuracies of each epoch and cycle.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? TensorBoardPath { get; set; }

    /// <summary>A folder that MLflow reads as its file store, in which the run becomes one of its runs: what it is, and the figures that TensorBoardPath has.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? MlflowPath { get; set; }

    /// <summary>Stops the run at the end of a cycle when this many have passed without a better one.</summary>
    [Category("the ends of cycles"), Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<int>(EmptyIsNone = true)]
    public int? Patience { get; set; }

    /// <summary>
    /// The figure of the validation samples by which the best epoch is chosen and Patience measured: Loss, Accuracy,
    /// BalancedAccuracy, MacroF1, Top5Accuracy or RocAuc of classes, RSquared or MeanAbsoluteError of values. The accuracy, or
    /// the loss where the task has no classes, if omitted. HighestMetric and LowestMetric choose by the first of Metric.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true), NameOf<ValidationFigure>(EmptyIsNone = true), ArgumentCompleter(typeof(EnumCompleter<ValidationFigure>))]
    public Choice<ValidationFigure>? BestBy { get; set; }

    /// <summary>
    /// Metrics of your own, which each validation gives: a table of names and script blocks, [ordered] where the first of several shall
    /// choose. A block takes the predictions and targets of all validation samples, tensors on the CPU, and gives one number.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true), Code(typeof(IDictionary), "a table of names and script blocks, @{ Name = { param($predictions, $targets) … } }")]
    public IDictionary? Metric { get; set; }

    /// <summary>
    /// Keeps the model at the end of each cycle, and looks there how good all kept models are together: the mean of their
    /// predictions (a snapshot ensemble) and the mean of their weights (stochastic weight averaging).
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true), TrueOrFalse]
    public SwitchParameter Snapshots { get; set; }

    /// <summary>
    /// Keeps an exponential moving average of the weights (EMA) with this decay, such as 0.999, which is evaluated beside them in each
    /// epoch (EmaLoss, EmaAccuracy) and written as ema.safetensors to DestinationPath. In the first updates the decay is smaller.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(EmptyIsNone = true)]
    public double? EmaDecay { get => Learning.EmaDecay; set => Learning = Learning with { EmaDecay = value }; }

    /// <summary>Epochs without a better validation loss that are let pass before the rate of the schedule is lowered; it is never lowered if omitted.</summary>
    [Category("a plateau of the validation loss"), Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<int>(EmptyIsNone = true)]
    public int? PlateauPatience { get => Learning.Plateau.Patience; set => Learning = Learning with { Plateau = Learning.Plateau with { Patience = value } }; }

    /// <summary>The factor by which the rate is lowered each time, above 0 and below 1.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double PlateauFactor { get => Learning.Plateau.Factor; set => Learning = Learning with { Plateau = Learning.Plateau with { Factor = value } }; }

    /// <summary>What an earlier run was, which a history brings along: it is repeated in all that is not given here.</summary>
    [Category("what the pipeline brings"), Parameter(ValueFromPipelineByPropertyName = true, DontShow = true), RunArgument]
    public RunDescription? Run { get; set; }

    /// <summary>What a copied history was when it was copied, which it brings along.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true), Alias("ClrDefinition")]
    public string? Definition { get; set; }

    protected override void Process()
    {
        EndSignal.StopIfReceived(this);
        foreach (ILrSchedule schedule in Schedule)
        {
            RunDescription? measured = AttachedRun.MeasuredOn(schedule);
            RunDescription? repeated = EarlierRun.Brought(Run, () => Deserialized.RunOf(Definition), this), earlier = repeated ?? measured;
            LearnLike(earlier);
            FindWeights(earlier);
            object givenModel = IsBrought(nameof(Model), Model, earlier) ? EarlierRun.ModelOf(earlier, this) : Model;
            object givenData = IsBrought(nameof(Data), Data, earlier) ? EarlierRun.DataOf(earlier, this) : Data;
            ModelSource model = ModelArgument.Resolve(givenModel, this, NoScript);
            TrainingJobOptions first = Options(measured, earlier, isAgain: repeated is not null);
            SeveralRuns.Require(Repeats, model, first);
            if (givenData.Plain() is UnreadData)
            {
                first.Validate(schedule);
                continue;
            }
            TrainingData data = DataArgument.Resolve(givenData, this);
            if (repeated is not null)
                EarlierRun.WarnIfChanged(repeated, IsGiven(nameof(Model)) ? null : model, IsGiven(nameof(Data)) ? null : data, this);
            if (measured is not null)
                EarlierRun.WarnOfOtherBlock(measured, givenModel, this);
            for (int repeat = 0; repeat < Repeats; repeat++)
            {
                Process(schedule, model, givenModel, data, givenData, first with { Seed = first.Seed + repeat });
                if (EndSignal.Received is not null)
                    return;
            }
        }
    }

    private void Process(ILrSchedule schedule, ModelSource model, object givenModel, TrainingData data, object givenData, TrainingJobOptions options)
    {
        TrainingHistory history;
        Exception? lost = null;
        // Until what takes the history has had it: the run may be over when the signal comes, and its models half written.
        using var ending = new EndSignal(this, StopToken);
        using (var job = new TrainingJob(model, data, schedule, options) { Warn = WriteWarning, Remark = WriteVerbose })
        {
            if (IsWhatIf && options.Learning is { WantedWeights: not null } or { Weights: not null } or { Freeze.Count: > 0 })
                job.Check();
            if (!ShouldProcess(TrainingText.Target(model, data), TrainingText.Action(job, schedule, options)))
                return;
            _trained.RefuseFolders(options);
            job.Open();
            _trained.Add(options);
            RunDescription description = job.Progress.Description;
            EarlierRun.Remember(description, givenModel, givenData, options.Learning, this);
            // Before the run, so that nothing in it can cost the run's end.
            string command = RepeatLine.Write(this, givenModel, model, data, description);
            using MetricsExport? metrics = _isUnheard ? null : new MetricsExport(WarnOfMetrics);
            bool isTrained = false;
            try
            {
                isTrained = Train(job, $"Training {model.Name} on {data.Name}", ending.Token);
                if (isTrained)
                    job.Finish();
            }
            catch (Exception exception) when (IsOfWriting(exception) || (isTrained && ClrErrorRecords.IsKnown(exception)))
            {
                lost = exception;
            }
            history = job.Progress.History with { Command = command };
            if (history.Status == TrainingStatus.Cancelled)
                history = history with { StatusReason = lost?.Message };
            // Who stops a run reads what it left, and also what could not be written then.
            if (lost is not null && StopToken.IsCancellationRequested)
                throw Stopped(job, lost);
            if (lost is not null && EndSignal.Received is { } signal)
                WriteWarning(TrainingText.Stopped(signal, job, Resume, lost));
        }
        // A cmdlet further down the pipeline may train the same module.
        WriteObject(history);
        // No terminating error: it would take the history with it.
        if (lost is not null)
            WriteError(ClrErrorRecords.Make(lost, DestinationPath ?? CheckpointPath, MyInvocation.MyCommand.Name));
    }

    // False where the process was asked to end.
    private bool Train(TrainingJob job, string activity, CancellationToken end)
    {
        using var progress = new StepProgress(this, activity, job.TotalSteps, job.Progress.Step);
        try
        {
            foreach (TrainingTick tick in job.Run(end))
            {
                progress.Show(tick.Point.Step + 1, tick.Point.LearningRate, job.Progress.LatestLoss);
                if (tick.Epoch is { } epoch)
                    WriteInformation(TrainingText.Epoch(epoch, job.Progress), [TrainingText.EpochTag]);
            }
            return true;
        }
        // What was being written to the pipeline ends otherwise than an update does.
        catch (Exception stopped) when (StopToken.IsCancellationRequested && stopped is OperationCanceledException or PipelineStoppedException)
        {
            throw Stopped(job);
        }
        catch (OperationCanceledException) when (EndSignal.Received is { } signal)
        {
            WriteWarning(TrainingText.Stopped(signal, job, Resume));
            return false;
        }
    }

    // Once for all runs of the line.
    private void WarnOfMetrics(string warning)
    {
        _isUnheard = true;
        if (!Stopping)
            WriteWarning(warning);
    }

    // A pipeline that is stopped takes no more records.
    private PipelineStoppedException Stopped(TrainingJob job, Exception? lost = null)
    {
        Host.UI?.WriteWarningLine(TrainingText.Stopped(null, job, Resume, lost));
        return new PipelineStoppedException();
    }

    // What was learnt is there all the same, and is given.
    private static bool IsOfWriting(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or CheckpointException { Cause.Kind: ErrorKind.WriteError or ErrorKind.ResourceUnavailable };
}
