using System.Text.Json.Serialization;
using ClrEngine.Json;
using ClrEngine.Schedules;

namespace ClrEngine.Training;

/// <summary>What a training run did.</summary>
public sealed record TrainingHistory : ISavedRecord
{
    private readonly IReadOnlyList<EpochRecord> _epochs = [];
    private readonly IReadOnlyList<CycleRecord> _cycles = ShownList<CycleRecord>.CountedIfAny([]);

    /// <summary>One record an epoch, in order.</summary>
    public required IReadOnlyList<EpochRecord> Epochs { get => _epochs; init => _epochs = ShownList<EpochRecord>.Counted(value); }

    /// <summary>One record a cycle, in order, where the run looked at cycles: with Patience or Snapshots. None, and a blank cell in a table, where it did not.</summary>
    public IReadOnlyList<CycleRecord> Cycles { get => _cycles; init => _cycles = ShownList<CycleRecord>.CountedIfAny(value); }

    /// <summary>How the run ended.</summary>
    public required TrainingStatus Status { get; init; }

    /// <summary>One sentence where the run did not complete: what happened, and what to change.</summary>
    public string? StatusReason { get; init; }

    /// <summary>What the run was: model, data, settings, schedule, and where it took place.</summary>
    public required RunDescription Run { get; init; }

    /// <summary>
    /// The PowerShell line that repeats the run from its beginning, without its files; where a magic command trained, the notebook's cell.
    /// Where a part cannot be written down, such as a module that code made, a variable stands in its place, and a comment says what it held.
    /// Null where neither trained.
    /// Of a history from elsewhere (<see cref="IsImported"/>) it is text and no more.
    /// </summary>
    public string? Command { get; init; }

    /// <summary>
    /// Whether it was read from a file, or made again from a copy (a job, a remote session, Import-Clixml), and is not the history of a run of
    /// this process. Then <see cref="Command"/> is a text that anybody may have written: read it before you run it.
    /// </summary>
    [JsonIgnore]
    public bool IsImported { get; init; }

    /// <summary>The schedule that the run followed.</summary>
    public ILrSchedule Schedule => Run.Schedule ?? throw new InvalidOperationException("A history without a schedule was made.");

    /// <summary>Optimiser updates of one epoch.</summary>
    public long StepsPerEpoch => Run.StepsPerEpoch;

    /// <summary>Samples of a batch.</summary>
    public int BatchSize => Run.BatchSize;

    /// <summary>The seed of weights and batch order.</summary>
    public int Seed => Run.Seed;

    /// <inheritdoc cref="RunDescription.Model"/>
    public string? Model => Run.Model;

    /// <inheritdoc cref="RunDescription.ModelIdentity"/>
    public string? ModelIdentity => Run.ModelIdentity;

    /// <inheritdoc cref="RunDescription.Data"/>
    public string? Data => Run.Data;

    /// <inheritdoc cref="RunDescription.DataIdentity"/>
    public string? DataIdentity => Run.DataIdentity;

    /// <inheritdoc cref="RunDescription.Device"/>
    public string? Device => Run.Device;

    /// <inheritdoc cref="RunDescription.Threads"/>
    public int? Threads => Run.Threads;

    /// <inheritdoc cref="RunDescription.Versions"/>
    public string? Versions => Run.Versions;

    /// <summary>How long the run took, in seconds.</summary>
    public double Seconds => Epochs.Sum(e => e.Seconds);

    /// <summary>
    /// The epoch with the best of the figure that the run chose by (<see cref="RunDescription.BestBy"/>), or if it chose by none with the highest validation accuracy (the lowest
    /// validation loss where the task has no classes), of those whose validation loss is finite; the first of equals; null where there is none.
    /// </summary>
    public EpochRecord? BestEpoch => Best(Epochs, Run.BestBy);

    /// <summary>The validation accuracy of the best epoch, in percent.</summary>
    public double? BestValidationAccuracy => BestEpoch?.ValidationAccuracy;

    /// <summary>The last epoch's validation accuracy, in percent.</summary>
    public double? FinalValidationAccuracy => Epochs.Count == 0 ? null : Epochs[^1].ValidationAccuracy;

    /// <summary>A line for people, such as <c>mlp:256,128 on digits: Completed, 24 epochs, best 97.77 % in epoch 8</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Model ?? "a model"} on {Data ?? "data"}: {Status}, {Counted.InThousands(Epochs.Count, "epoch")}{(BestEpoch is { } best ? $", best {best.Measure}{(Run.BestBy is null ? "" : $" ({Run.BestBy.Text(best.ValidationFigure, best.Metrics)})")} in epoch {best.Epoch}" : "")}");

    void ISavedRecord.Validate()
    {
        if (Run.Schedule is null)
            throw new InvalidParameterException("Run.schedule", null, "null stands here; expected is the schedule that the run followed.");
        RunProgress.RequireOrder(nameof(Epochs), "epoch", [.. Epochs.Select(static epoch => (epoch.Epoch, epoch.Step))]);
        RunProgress.RequireOrder(nameof(Cycles), "cycle", [.. Cycles.Select(static cycle => (cycle.Cycle, cycle.Step))]);
    }

    internal static EpochRecord? Best(IReadOnlyList<EpochRecord> epochs, ValidationFigure? by) => Best(epochs, by, static e => e.ValidationFigure, static e => e.ValidationAccuracy, static e => e.ValidationLoss);

    internal static T? Best<T>(IReadOnlyList<T> records, ValidationFigure? by, Func<T, double?> figure, Func<T, double?> accuracy, Func<T, double> loss) where T : class
    {
        T[] finite = [.. records.Where(record => double.IsFinite(loss(record)))];
        if (by is { } chosen)
        {
            IEnumerable<T> judged = finite.Where(record => figure(record).HasValue);
            return chosen.IsBetterLow() ? judged.MinBy(figure) : judged.MaxBy(figure);
        }
        return finite.All(record => accuracy(record).HasValue) ? finite.MaxBy(accuracy) : finite.MinBy(loss);
    }
}

/// <summary>How a training run ended.</summary>
public enum TrainingStatus
{
    /// <summary>All epochs were trained.</summary>
    Completed,

    /// <summary>Cycles no longer made it better, and its patience was spent.</summary>
    StoppedEarly,

    /// <summary>A loss was NaN or infinite: that of an update, or at the end that of the validation samples; the epochs before it stand.</summary>
    Diverged,

    /// <summary>The caller stopped it, or what it keeps on the way could not be written.</summary>
    Cancelled,

    /// <summary>It goes on: what a look at an unfinished run says.</summary>
    Running,
}

/// <summary>One epoch of a training run.</summary>
public sealed record EpochRecord
{
    private readonly IReadOnlyList<MetricValue>? _metrics;

    /// <summary>The epoch, counted from 1.</summary>
    [Within(1)]
    public required int Epoch { get; init; }

    /// <summary>Optimiser updates taken by its end.</summary>
    public required long Step { get; init; }

    /// <summary>The mean learning rate of its updates.</summary>
    [Within(double.MinValue)]
    public required double LearningRate { get; init; }

    /// <summary>The mean loss of its training samples, each before the update that it was part of.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>Training samples classified rightly, each before the update that it was part of, in percent; null where the task has no classes.</summary>
    [Within(0, 100)]
    public required double? TrainAccuracy { get; init; }

    /// <summary>The mean loss of the validation samples at its end.</summary>
    public required double ValidationLoss { get; init; }

    /// <summary>Validation samples classified rightly at its end, in percent; null where the task has no classes.</summary>
    [Within(0, 100)]
    public required double? ValidationAccuracy { get; init; }

    /// <summary>The share of the validation targets' variance that a regression explains at its end, at most 1; null where the task has classes.</summary>
    public double? ValidationRSquared { get; init; }

    /// <summary>The figure by which the run chooses its best epoch (<see cref="RunDescription.BestBy"/>), at its end, shares in percent; null where it chooses by none, or it cannot be told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ValidationFigure { get; init; }

    /// <summary>What the run's own metrics say of the validation samples at its end; null where it has none, or the validation loss is not finite.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MetricValue>? Metrics { get => _metrics; init => _metrics = ShownList<MetricValue>.Whole(value); }

    /// <summary>The same loss as <see cref="ValidationLoss"/> of the moving average of the weights; null where none is kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? EmaLoss { get; init; }

    /// <summary>The same accuracy as <see cref="ValidationAccuracy"/> of the moving average of the weights, in percent; null where none is kept, or the task has no classes.</summary>
    [Within(0, 100), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? EmaAccuracy { get; init; }

    /// <summary>How long it took with its validation, in seconds.</summary>
    [Within(0)]
    public required double Seconds { get; init; }

    /// <summary>How good it is, with its unit.</summary>
    internal string Measure => this switch
    {
        { ValidationAccuracy: { } accuracy } => FormattableString.Invariant($"{accuracy:F2} %"),
        { ValidationRSquared: { } share } => FormattableString.Invariant($"R² {share:F4}"),
        _ => FormattableString.Invariant($"loss {ValidationLoss:G4}"),
    };

    /// <summary>A line for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"epoch {Epoch}: loss {TrainLoss:G4}, validation loss {ValidationLoss:G4}, {Measure}");
}
