using System.Collections;
using ClrEngine.Training.Histories;
using ClrModule.Sweeps;

namespace ClrModule.Commands.Training;

/// <summary>A gate for scripts and builds: passes on histories that are good enough, and ends with an error that names each that is not, the figure, what was wanted and what there is.</summary>
[Cmdlet(VerbsLifecycle.Assert, "TrainingHistory")]
[OutputType(typeof(TrainingHistory))]
public sealed class AssertTrainingHistoryCommand : ClrCommand
{
    private readonly List<(TrainingHistory History, string Failure)> _failures = [];
    private TrainingHistory? _baseline;
    private int _count;

    /// <summary>The history. One that did not come to its end, or has no epochs, never passes; anything that is no history ends the gate.</summary>
    // PowerShell itself goes on past what does not fit a parameter's type, and the gate would pass without it.
    [Parameter(Mandatory = true, ValueFromPipeline = true), AllowNull]
    public object? History { get; set; }

    /// <summary>The validation accuracy that the best epoch must have, in percent, such as 95.</summary>
    [Parameter, PointDecimal(RefusesNull = true)]
    public double? MinimumAccuracy { get; set; }

    /// <summary>Where values are predicted: the share of their variance that the best epoch must explain, such as 0.8.</summary>
    [Parameter, PointDecimal(RefusesNull = true)]
    public double? MinimumRSquared { get; set; }

    /// <summary>The validation loss that the best epoch may have.</summary>
    [Parameter, PointDecimal(RefusesNull = true)]
    public double? MaximumLoss { get; set; }

    /// <summary>An earlier history, its .json file, or a run of a sweep: the best epoch must be as good as the earlier one's, less the tolerance.</summary>
    [Parameter, ValidateNotNull]
    public object? Baseline { get; set; }

    /// <summary>By how much the best epoch may be worse than the baseline's: points of the accuracy, or hundredths of R².</summary>
    [Parameter, PointDecimal(RefusesNull = true)]
    public double Tolerance { get; set; } = 1;

    protected override object? Target => _failures.Count == 1 ? _failures[0].History : _failures.Count > 1 ? _failures.Select(failure => failure.History).ToArray() : History;

    // A script that catches the gate's error must not go on past one of the gate itself.
    private protected override bool EndsAtFirstError => true;

    protected override void Process()
    {
        _count++;
        if (MinimumAccuracy is not null and not (> 1 and <= 100))
            throw new InvalidParameterException(nameof(MinimumAccuracy), MinimumAccuracy, "MinimumAccuracy is in percent; give a number above 1 and up to 100, such as 95.");
        foreach ((string name, double? limit) in new[] { (nameof(MinimumRSquared), MinimumRSquared), (nameof(MaximumLoss), MaximumLoss) })
        {
            if (limit is { } number && !double.IsFinite(number))
                throw new InvalidParameterException(name, limit, $"{name} is no finite number, and so nothing to judge by; give one such as 0.3.");
        }
        if (IsBound(nameof(Tolerance)) && Baseline is null)
            throw new InvalidParameterException(nameof(Tolerance), Tolerance, "Tolerance is by how much a history may be worse than a Baseline, and there is none; give one, or leave Tolerance out.");
        Require.NotNegative(Tolerance, nameof(Tolerance));
        TrainingHistory history = Deserialized.Restore(History) as TrainingHistory
            ?? throw new InvalidParameterException(nameof(History), History, $"{(History is null ? "$null" : $"A value of type {History.Plain()!.GetType().Name}")} came to the gate, which judges histories, and none passes it: give those of Start-CyclicTraining or Import-TrainingHistory, one after the other, and see why this is there.");
        _baseline ??= Baseline is null ? null : HistoryOf(Baseline);
        string[] failures = [.. Failures(history)];
        _failures.AddRange(failures.Select(failure => (history, failure)));
        if (_baseline?.Run.DifferencesFrom(history.Run) is [_, ..] differences)
            WriteWarning($"The baseline is of a run of another kind, whose figures may say nothing of this one: {string.Join("; ", differences)}.");
        if (failures.Length == 0)
            WriteObject(history);
    }

    protected override void Finish()
    {
        if (_count == 0)
            throw new TrainingGateException(0, ["No history came, and so nothing was judged; check what leads to the gate."]);
        if (_failures.Count > 0)
            throw new TrainingGateException(_count, [.. _failures.Select(failure => $"{Name(failure.History)}: {failure.Failure}")]);
    }

    private TrainingHistory HistoryOf(object? baseline) => Deserialized.Restore(baseline) switch
    {
        TrainingHistory history => history,
        string path => SweepRunFolder.ReadHistory(PathArgument.RequireFile(SweepRunFolder.HistoryFileAt(this.FullPath(path))), []),
        FileSystemInfo file => HistoryOf(file.FullName),
        TrainingSweepRun run => HistoryOf(run.FullName),
        IList { Count: 1 } one => HistoryOf(one[0]),
        // A copy of a run of a sweep, or of a file, as a job gives it.
        PSCustomObject when PSObject.AsPSObject(baseline!).Properties[nameof(TrainingSweepRun.FullName)]?.Value is string copied => HistoryOf(copied),
        var other => throw new InvalidParameterException(nameof(Baseline), baseline, $"Baseline is one history, the path of its .json file, or a run of a sweep, and {(other is IList several ? $"{several.Count} values were" : $"a value of type {other?.GetType().Name ?? "null"} was")} given: give the one to judge by."),
    };

    private IEnumerable<string> Failures(TrainingHistory history)
    {
        if (history.Status is not (TrainingStatus.Completed or TrainingStatus.StoppedEarly))
            yield return $"the run should have come to its end, and is {history.Status}{(history.StatusReason is { } reason ? $" ({reason})" : "")}.";
        if (history.BestEpoch is not { } best)
        {
            yield return history.Epochs.Count == 0 ? "it has no epochs, and so nothing to judge." : "no epoch has a finite validation loss.";
            yield break;
        }
        if (MinimumAccuracy is { } accuracy && Below("validation accuracy", best.ValidationAccuracy, accuracy, " %", "", best) is { } first)
            yield return first;
        if (MinimumRSquared is { } share && Below("R²", best.ValidationRSquared, share, "", "", best) is { } second)
            yield return second;
        if (MaximumLoss is { } loss && !(best.ValidationLoss <= loss))
            yield return $"the validation loss of its best epoch should be at most {Apart(loss, best.ValidationLoss)}, and is {Apart(best.ValidationLoss, loss)}.";
        if (_baseline is { BestEpoch: not null, Status: not (TrainingStatus.Completed or TrainingStatus.StoppedEarly) } unfinished)
            yield return $"the baseline is of a run that is {unfinished.Status}: give that of one that came to its end.";
        else if (_baseline is not null && AgainstBaseline(best, _baseline) is { } third)
            yield return third;
    }

    private string? AgainstBaseline(EpochRecord best, TrainingHistory baseline) => baseline.BestEpoch switch
    {
        { ValidationAccuracy: { } accuracy } => Below("validation accuracy", best.ValidationAccuracy, accuracy - Tolerance, " %", Invariant($", the baseline's {accuracy:F2} less {Tolerance:G4}"), best),
        { ValidationRSquared: { } share } => Below("R²", best.ValidationRSquared, share - Tolerance / 100, "", Invariant($", the baseline's {share:F4} less {Tolerance / 100:G4}"), best),
        _ => "the baseline has no epoch with an accuracy or an R² to compare with.",
    };

    private static string? Below(string figure, double? got, double wanted, string unit, string why, EpochRecord best) => got switch
    {
        null => Invariant($"its best epoch should have a {figure} of at least {wanted:G6}{unit}{why}, and has none: it {(unit.Length > 0 ? "predicts values" : best.ValidationAccuracy is not null ? "tells classes apart" : "learns by a loss that has none")}."),
        _ when got >= wanted => null,
        { } number => $"the {figure} of its best epoch should be at least {Apart(wanted, number)}{unit}{why}, and is {Apart(number, wanted)}{unit}.",
    };

    // As many digits as tell it from the other.
    private static string Apart(double figure, double other)
    {
        int digits = 6;
        while (digits < 17 && Text(figure) == Text(other))
            digits++;
        return Text(figure);

        string Text(double number) => number.ToString($"G{digits}", CultureInfo.InvariantCulture);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Name(TrainingHistory history) => Invariant($"{history.Run.RunName}, {history.Schedule}");
}

/// <summary>Histories are not as good as they should be.</summary>
/// <param name="count">How many histories were looked at.</param>
/// <param name="failures">One sentence for each figure that is not as it should be: which run, which figure, what was wanted, what there is.</param>
public sealed class TrainingGateException(int count, IReadOnlyList<string> failures)
    : ClrException(TrainingGate, failures?.Count == 1 ? failures[0] : $"{failures?.Count} figures of {Counted.Of(count, "history", "histories")} are not as they should be.{Environment.NewLine}{string.Join(Environment.NewLine, failures ?? [])}")
{
    private static readonly ErrorCause TrainingGate = new(nameof(TrainingGate), ErrorKind.InvalidResult,
        "A training history is not as good as `Assert-TrainingHistory` was told to expect.", "Look at the history: its `Command` repeats the run. Lower the figure only where the change was meant.");

    /// <inheritdoc cref="TrainingGateException" path="/param[@name='failures']"/>
    public IReadOnlyList<string> Failures => failures;
}
