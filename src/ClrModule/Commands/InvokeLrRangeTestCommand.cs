using System.Management.Automation;
using ClrEngine.Data;
using ClrEngine.RangeTest;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrModule.Output;

namespace ClrModule.Commands;

/// <summary>Trains briefly under a growing rate and keeps each loss; the model is left as it was.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "LrRangeTest")]
[OutputType(typeof(LrRangeTestResult))]
public sealed class InvokeLrRangeTestCommand : LearningCommand
{
    /// <summary>The rate of the first step.</summary>
    [Parameter]
    public double StartLr { get; set; } = 1e-7;

    /// <summary>The rate of the last step.</summary>
    [Parameter]
    public double EndLr { get; set; } = 10;

    /// <summary>Steps of the sweep.</summary>
    [Parameter]
    public int Iterations { get; set; } = 100;

    /// <summary>How the rate grows.</summary>
    [Parameter]
    public SweepKind Sweep { get; set; } = SweepKind.Exponential;

    /// <summary>The weight of the newest loss in the smoothed loss.</summary>
    [Parameter]
    public double SmoothFactor { get; set; } = 0.05;

    /// <summary>The sweep stops when the smoothed loss passes this many times its best; 0 never stops it so.</summary>
    [Parameter]
    public double DivergenceFactor { get; set; } = 4;

    /// <inheritdoc/>
    protected override void Process()
    {
        var options = new LrRangeTestOptions
        {
            StartLr = StartLr,
            EndLr = EndLr,
            Iterations = Iterations,
            Sweep = Sweep,
            SmoothFactor = SmoothFactor,
            DivergenceFactor = DivergenceFactor,
        };
        options.Validate();
        ModelSource model = ModelSource;
        TrainingData data = TrainingData;
        using TorchSession session = OpenSession(model, data);
        var test = new LrRangeTest(session.Learner, session.Plan, options);
        using (var progress = new StepProgress(this, $"Range test of {model.Name} on {data.Name}", Iterations))
        {
            foreach (LrRangeTestPoint point in test.Run(StopToken))
                progress.Show(point.Step + 1, point.LearningRate, () => point.Loss);
        }
        WriteObject(test.Result with { Model = model.Name, Data = data.Name, Device = session.Device });
    }
}
