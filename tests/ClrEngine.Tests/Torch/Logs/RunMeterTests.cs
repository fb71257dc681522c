using System.Diagnostics.Metrics;
using ClrEngine.Tests.Training;
using ClrEngine.Tests.Training.Checkpoints;
using ClrEngine.Torch.Logs;

namespace ClrEngine.Tests.Torch.Logs;

public sealed class RunMeterTests
{
    private readonly BatchPlan _plan = new(100, 30, seed: 0);
    private readonly RunDescription _description = Runs.Description with { Model = $"{Guid.NewGuid():N}" };

    [Fact]
    public void Given_a_listener_when_it_asks_then_it_has_what_the_run_measures_under_its_name()
    {
        TrainingRun run = NewRun();
        using (var meter = new RunMeter(run, _plan))
        {
            Assert.DoesNotContain("clr.training.loss", Seen().Keys);
            foreach (TrainingTick tick in run.Run(TestContext.Current.CancellationToken))
                meter.Show(tick, run);
            meter.End();
            Dictionary<string, (double Value, string? Unit)> seen = Seen();
            EpochRecord last = run.History.Epochs[^1];
            Assert.Equal((12.0, "{step}"), seen["clr.training.steps"]);
            Assert.Equal((300.0, "{sample}"), seen["clr.training.samples"]);
            Assert.Equal((Runs.Schedule.At(11).LearningRate, null), seen["clr.training.learning_rate"]);
            Assert.Equal((run.LatestLoss()!.Value, null), seen["clr.training.loss"]);
            Assert.Equal((last.ValidationLoss, null), seen["clr.validation.loss"]);
            Assert.Equal((last.ValidationAccuracy!.Value, "%"), seen["clr.validation.accuracy"]);
            Assert.Equal((3.0, "{epoch}"), seen["clr.training.epoch"]);
            Assert.True(seen["clr.training.samples_per_second"] is { Value: > 0, Unit: "{sample}/s" });
            Assert.True(seen.ContainsKey("clr.training.momentum") && !seen.ContainsKey("clr.validation.r_squared"));
        }
        Assert.Empty(Seen());
    }

    [Fact]
    public void Given_no_listener_when_an_update_is_shown_then_nothing_is_allocated()
    {
        TrainingRun run = NewRun();
        using var meter = new RunMeter(run, _plan);
        TrainingTick tick = run.Run(TestContext.Current.CancellationToken).First();
        meter.Show(tick, run);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            meter.Show(tick, run);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private TrainingRun NewRun() => new(new QuadraticLearner(), _plan, Runs.Schedule, new TrainingOptions { Epochs = 3 }) { Description = _description };

    // Other tests' runs may be seen too.
    private Dictionary<string, (double Value, string? Unit)> Seen()
    {
        var seen = new Dictionary<string, (double, string?)>();
        using var listener = new MeterListener { InstrumentPublished = static (instrument, listener) => { if (instrument.Meter.Name == RunMeter.MeterName) listener.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;

        void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags[0].Equals(new KeyValuePair<string, object?>("clr.run", _description.RunName)))
                seen.Add(instrument.Name, (value, instrument.Unit));
        }
    }
}
