using System.Text.Json;
using System.Text.Json.Serialization;
using ClrEngine.Torch.Logs;
using ClrEngine.Torch.Losses;
using ClrEngine.Training;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>A metric of one's own: one number of all validation samples together, such as the F1 of one class or the share of hits among the first three.</summary>
[JsonConverter(typeof(MetricConverter))]
public sealed record Metric
{
    private static readonly ErrorCause MetricResult = new(nameof(MetricResult), ErrorKind.InvalidArgument,
        "A metric of `-Metric` failed, or gave something else than one number.", "Let its script block give one number, computed from the predictions and the targets, and nothing else.");

    private const int LongestName = 100;

    private readonly Func<Tensor, Tensor, double>? _compute;

    /// <summary>Makes one.</summary>
    /// <param name="name">What it is called in epochs, histories and events.</param>
    /// <param name="compute">
    /// Takes what the model says of each validation sample, in 64 bits on the CPU: a probability for each class (of the second of two under binary
    /// cross-entropy) or label, or values in their own unit, <c>[samples, columns]</c>; and the targets: classes as whole numbers <c>[samples]</c>, or
    /// values in the same unit <c>[samples, columns]</c>. Gives a finite number. Tensors that it makes are disposed by the engine.
    /// </param>
    /// <param name="text">What it is: runs are told apart by it.</param>
    /// <exception cref="InvalidParameterException">The name is empty, too long, has signs that files do not have, or is that of a figure of each run.</exception>
    public Metric(string name, Func<Tensor, Tensor, double> compute, string text) : this(name, text)
    {
        ArgumentNullException.ThrowIfNull(compute);
        _compute = compute;
    }

    private Metric(string name, string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        RequireName(name);
        (Name, Text) = (name, text);
    }

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>What it is, such as the text of a script block.</summary>
    public string Text { get; }

    /// <summary>Whether two are the same: their names and texts are.</summary>
    public bool Equals(Metric? other) => Name == other?.Name && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Text);

    // Logs make files and tags of it.
    private static void RequireName(string name)
    {
        string? fault = string.IsNullOrWhiteSpace(name) ? "is empty"
            : name.Length > LongestName ? $"has more than {LongestName} letters"
            : name != name.Trim() || !name.All(static c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or ' ') || name.All(static c => c == '.') ? "has other signs than letters, digits, and within it _, -, points and blanks"
            : TrainingLog.Has(name) ? "is that of a figure which each run has"
            : null;
        if (fault is not null)
            throw new InvalidParameterException(nameof(Metric), name, $"The name of a metric, '{(name?.Length > LongestName ? name[..LongestName] + "…" : name)}', {fault}; give it another, such as F1.");
    }

    internal static void Validate(IReadOnlyList<Metric> metrics)
    {
        if (metrics.Select(static metric => metric.Name).Twice(StringComparer.OrdinalIgnoreCase) is { } twice)
            throw new InvalidParameterException(nameof(Metric), twice, $"Two metrics are called {twice}; give each a name of its own.");
    }

    internal void RequireCode()
    {
        if (_compute is null)
            throw new InvalidParameterException(nameof(Metric), Text, $"The run had the metric {Name}, whose code does not come along: give it again, -Metric @{{ '{Name}' = {{{Text}}} }}.");
    }

    internal MetricValue Of(Tensor predictions, Tensor targets) => new() { Name = Name, Value = _compute!(predictions, targets) };

    /// <summary>The error of a metric that gave no number.</summary>
    internal static InvalidParameterException Refused(string name, string text, string what) =>
        new(nameof(Metric), text, $"Metric {name} {{{text}}} {what}; it must give one number, computed from the predictions and the targets of all validation samples.", MetricResult);

    private sealed class MetricConverter : JsonConverter<Metric>
    {
        public override Metric Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<Dictionary<string, string>>(ref reader, options) is { Count: 2 } fields && fields.TryGetValue(nameof(Name), out string? name) && fields.TryGetValue(nameof(Text), out string? text)
                && !string.IsNullOrWhiteSpace(name) && !string.IsNullOrWhiteSpace(text) ? new Metric(name, text) : throw new JsonException("A metric has a name and a text.");

        public override void Write(Utf8JsonWriter writer, Metric value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString(nameof(Name), value.Name);
            writer.WriteString(nameof(Text), value.Text);
            writer.WriteEndObject();
        }
    }
}

/// <summary>Gathers what the metrics of one's own look at, batch by batch of a validation. In main memory: there is room for more than on a device.</summary>
internal sealed class MetricTally(IReadOnlyList<Metric> metrics, Loss loss) : IDisposable
{
    private readonly List<Tensor> _predictions = [], _targets = [];

    /// <summary>Adds a batch: outputs in 32 bits, and targets as the loss has them.</summary>
    public void Add(Tensor output, Tensor targets)
    {
        using var scope = NewDisposeScope();
        _predictions.Add(loss.Predictions(output).cpu().DetachFromDisposeScope());
        // Targets are scaled as outputs are: both come back to their own unit in the same way.
        _targets.Add((loss.TargetScaling is null ? targets : loss.Predictions(targets)).cpu().clone().DetachFromDisposeScope());
    }

    /// <summary>What the metrics say of all that was added, in their order.</summary>
    public IReadOnlyList<MetricValue> Values()
    {
        using var scope = NewDisposeScope();
        Tensor predictions = cat(_predictions, 0), targets = cat(_targets, 0);
        // One may change what it is given. A shell finds the members of an array by their numbers.
        return metrics.Select((metric, i) => i == metrics.Count - 1 ? metric.Of(predictions, targets) : metric.Of(predictions.clone(), targets.clone())).ToArray();
    }

    public void Dispose()
    {
        foreach (Tensor part in _predictions.Concat(_targets))
            part.Dispose();
    }
}
