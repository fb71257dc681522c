using System.Diagnostics;
using System.Diagnostics.Metrics;
using ClrEngine.Training;

namespace ClrEngine.Torch.Logs;

/// <summary>
/// A training run as metrics of .NET (<c>System.Diagnostics.Metrics</c>), in the meter <c>ClrEngine</c>. Whoever listens asks for the values when it
/// wants them; an update only leaves its numbers where they can be asked for, and allocates nothing. Each value has the run's name as <c>clr.run</c>.
/// </summary>
internal sealed class RunMeter : IDisposable
{
    public const string MeterName = "ClrEngine";

    /// <summary>Under which all metrics of one's own stand.</summary>
    public const string MetricTag = "validation/metric";

    private static readonly List<RunMeter> Runs = [];

    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly BatchPlan _plan;
    private readonly long _firstStep;
    private readonly Stopwatch _clock = new();
    private long _step;
    private EpochRecord? _epoch;

    // NaN is not known.
    private double _loss = double.NaN;
    private double _learningRate = double.NaN;
    private double _momentum = double.NaN;

    static RunMeter() => Publish();

    /// <summary>Publishes a run until it is disposed.</summary>
    public RunMeter(TrainingRun run, BatchPlan plan)
    {
        (_tags, _plan, _firstStep, _step) = ([new("clr.run", run.Description.RunName)], plan, run.Step, run.Step);
        lock (Runs)
            Runs.Add(this);
    }

    /// <summary>Takes what an update and the end of an epoch have told. The loss is the newest that has been read from the device, for which this does not wait.</summary>
    public void Show(in TrainingTick tick, TrainingRun run)
    {
        if (!_clock.IsRunning)
            _clock.Start();
        if (run.NewestReadLoss is { } loss)
            Volatile.Write(ref _loss, loss);
        Volatile.Write(ref _learningRate, tick.Point.LearningRate);
        Volatile.Write(ref _momentum, tick.Point.Momentum ?? double.NaN);
        Volatile.Write(ref _step, run.Step);
        if (tick.Epoch is { } epoch)
            Volatile.Write(ref _epoch, epoch);
    }

    /// <summary>The run is over: its pace stays what it was.</summary>
    public void End() => _clock.Stop();

    public void Dispose()
    {
        lock (Runs)
            Runs.Remove(this);
    }

    private long Samples(long step) => Math.DivRem(step, _plan.StepsPerEpoch) is var (epochs, within) ? epochs * _plan.SampleCount + within * _plan.BatchSize : 0;

    // From the end of the first update on, which the clock does not hold.
    private double Pace() => Math.Max(0, Samples(Volatile.Read(ref _step)) - Samples(_firstStep + 1)) / _clock.Elapsed.TotalSeconds;

    private static void Publish()
    {
        var meter = new Meter(MeterName, typeof(RunMeter).Assembly.GetName().Version!.ToString(3));
        Gauge("clr.training.loss", null, "The loss of the newest update that has been read from the device.", static run => Volatile.Read(ref run._loss));
        Gauge("clr.training.learning_rate", null, "The learning rate of the newest update.", static run => Volatile.Read(ref run._learningRate));
        Gauge("clr.training.momentum", null, "The momentum of the newest update.", static run => Volatile.Read(ref run._momentum));
        Gauge("clr.training.samples_per_second", "{sample}/s", "Samples a second, since this process began to train.", static run => run.Pace());
        Counter("clr.training.steps", "{step}", "Updates of the run.", static run => Volatile.Read(ref run._step));
        Counter("clr.training.samples", "{sample}", "Samples that the run has learnt from.", static run => run.Samples(Volatile.Read(ref run._step)));
        foreach ((string tag, string? unit, Func<EpochRecord, double?> value) in TrainingLog.OfEpochs)
            Gauge(NameOf(tag), unit, $"{tag} of the newest epoch that has ended.", run => Volatile.Read(ref run._epoch) is { } epoch ? value(epoch) : null);
        meter.CreateObservableGauge(NameOf(MetricTag), static () => Observe(MetricsOf), null, "Each metric of one's own, by its name in clr.metric, of the newest epoch that has ended.");

        void Gauge(string name, string? unit, string text, Func<RunMeter, double?> value) =>
            meter.CreateObservableGauge(name, () => Observe<double>(run => value(run) is { } number && double.IsFinite(number) ? [new(number, run._tags)] : []), unit, text);

        void Counter(string name, string unit, string text, Func<RunMeter, long> value) => meter.CreateObservableCounter(name, () => Observe<long>(run => [new(value(run), run._tags)]), unit, text);

        static IEnumerable<Measurement<double>> MetricsOf(RunMeter run) =>
            (Volatile.Read(ref run._epoch)?.Metrics ?? []).Select(metric => new Measurement<double>(metric.Value, [.. run._tags, new("clr.metric", metric.Name)]));
    }

    // Such as clr.training.accuracy for train/accuracy, clr.validation.loss for validation/loss.
    private static string NameOf(string tag) => "clr." + (tag.StartsWith("validation/", StringComparison.Ordinal) ? tag : "training/" + tag.Replace("train/", "", StringComparison.Ordinal)).Replace('/', '.');

    private static List<Measurement<T>> Observe<T>(Func<RunMeter, IEnumerable<Measurement<T>>> of) where T : struct
    {
        lock (Runs)
            return [.. Runs.SelectMany(of)];
    }
}
