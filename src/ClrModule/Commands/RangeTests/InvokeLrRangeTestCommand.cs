using System.ComponentModel;
using ClrEngine.RangeTest;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrModule.Commands.Training;
using ClrModule.Repeating;

namespace ClrModule.Commands.RangeTests;

/// <summary>Trains briefly under a growing rate and keeps each loss; the model is left as it was.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "LrRangeTest")]
[OutputType(typeof(LrRangeTestResult))]
public sealed class InvokeLrRangeTestCommand : LearningCommand
{
    private static readonly LrRangeTestOptions Usual = new();

    /// <summary>The rate of the first step; with -ParameterGroup, one for all groups or one for each.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(IsList = true)]
    public double[] StartLr { get; set; } = [Usual.StartLr];

    /// <summary>The rate of the last step; with -ParameterGroup, one for all groups or one for each.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(IsList = true)]
    public double[] EndLr { get; set; } = [Usual.EndLr];

    /// <summary>Steps of the sweep.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<int>]
    public int Iterations { get; set; } = Usual.Iterations;

    /// <summary>Epochs of the run that the bounds are for: no long trial lasts longer. 24 if left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), CountOf<EpochRecord>, WholeNumber<int>(EmptyIsNone = true)]
    public int? Epochs { get; set; }

    /// <summary>How the rate grows.</summary>
    [Category("the sweep and the trials"), Parameter(ValueFromPipelineByPropertyName = true), NameOf<SweepKind>, ArgumentCompleter(typeof(EnumCompleter<SweepKind>))]
    public Choice<SweepKind> Sweep { get; set; } = Usual.Sweep;

    /// <summary>The weight of the newest loss in the smoothed loss.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double SmoothFactor { get; set; } = Usual.SmoothFactor;

    /// <summary>The sweep stops when the smoothed loss passes this many times its best; 0 never stops it so.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double DivergenceFactor { get; set; } = Usual.DivergenceFactor;

    /// <summary>
    /// Steps of each trial that follows the sweep: a short run at a rate that the sweep points at, judged on validation samples; at least 10, or 0 for none. If left out,
    /// 60, then as many as a second or so has room for, up to 2,000 or -Epochs; and none with -Metric Accuracy.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<int>(EmptyIsNone = true)]
    public int? TrialSteps { get; set; }

    /// <summary>How many tests are run, each with the next seed; their curves are pooled and kept.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<int>]
    public int Repeats { get; set; } = 1;

    /// <summary>What the bounds are read off: the loss, or the accuracy as in Smith's paper (best with -Sweep Linear over one decade).</summary>
    [Category("what is measured"), Parameter(ValueFromPipelineByPropertyName = true), NameOf<RangeTestMetric>, ArgumentCompleter(typeof(EnumCompleter<RangeTestMetric>))]
    public Choice<RangeTestMetric> Metric { get; set; } = Usual.Metric;

    /// <summary>Batches of validation samples that are evaluated after each update and stand for it in the curve; 0 takes the training batch.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<int>]
    public int ValidationBatches { get; set; }

    /// <summary>Data whose validation part is evaluated instead of that of -Data, in at least one batch.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? ValidationData { get; set; }

    protected override void Process()
    {
        EndSignal.StopIfReceived(this);
        FindWeights(null);
        LrRangeTestOptions options = Options();
        options.Validate();
        if (Repeats < 1)
            throw new InvalidParameterException(nameof(Repeats), Repeats, $"Repeats is {Repeats}; give a whole number of at least 1.");
        ModelSource model = ModelArgument.Resolve(Model, this, NoScript);
        if (Data.Plain() is UnreadData)
            return;
        TrainingData data = Measured(DataArgument.Resolve(Data, this), options);
        List<LrRangeTestResult> tests = [];
        for (int i = 0; i < Repeats; i++)
            tests.Add(Run(model, data, options, Seed + i));
        LrRangeTestResult result = LrRangeTestResult.Pool(tests);
        EarlierRun.Remember(result.Run, Model, Data, JobOptions.Learning, this);
        foreach (string warning in result.Warnings)
            WriteWarning(warning);
        WriteObject(result);
    }

    private LrRangeTestResult Run(ModelSource model, TrainingData data, LrRangeTestOptions options, int seed)
    {
        using TorchSession session = TorchSession.Open(model, data, JobOptions.Learning, BatchSize, seed);
        foreach (string warning in session.Warnings)
            WriteWarning(warning);
        foreach (string remark in session.Remarks)
            WriteVerbose(remark);
        session.GivesWeightsBack = true;
        var test = new LrRangeTest(session.Learner, session.Plan, options) { Description = session.Description };
        string what = $"Range test of {model.Name} on {data.Name}";
        using (var progress = new StepProgress(this, what, Iterations))
        {
            foreach (LrRangeTestPoint point in test.Run(StopToken))
                progress.Show(point.Step + 1, point.LearningRate, () => point.Loss);
        }
        StepProgress? bar = null;
        try
        {
            foreach (LrTrialStep step in test.RunTrials(StopToken))
            {
                if (step.Step == 0)
                {
                    bar?.Dispose();
                    bar = new StepProgress(this, $"{what}: trial {step.Trial}", step.Steps);
                }
                bar!.Show(step.Step + 1, step.MaxLr, () => null);
            }
        }
        finally
        {
            bar?.Dispose();
        }
        return test.Result;
    }

    private LrRangeTestOptions Options() => new()
    {
        StartLr = StartLr.FirstOrDefault(),
        EndLr = EndLr.FirstOrDefault(),
        Groups = GroupSweep.Pair(StartLr, EndLr),
        Iterations = Iterations,
        Sweep = Sweep,
        SmoothFactor = SmoothFactor,
        DivergenceFactor = DivergenceFactor,
        Metric = Metric,
        TrialSteps = TrialSteps,
        Epochs = Epochs,
        ValidationBatches = ValidationData is null ? ValidationBatches : Math.Max(1, ValidationBatches),
    };

    private TrainingData Measured(TrainingData data, LrRangeTestOptions options) => BoundedValidation.For(
        ValidationData is null ? data : BoundedValidation.WithValidation(data, DataArgument.Resolve(ValidationData, this, DataOptions.Default with { Features = data.FeatureNames ?? [], Label = data.LabelName })),
        options,
        BatchSize);
}
