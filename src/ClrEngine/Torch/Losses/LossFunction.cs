using System.Text.Json;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Losses;

/// <summary>A loss of one's own: the mean over the samples of a batch, as one number to be differentiated.</summary>
[JsonConverter(typeof(LossFunctionConverter))]
public sealed record LossFunction
{
    private static readonly ErrorCause LossFunctionResult = new(nameof(LossFunctionResult), ErrorKind.InvalidArgument,
        "`-LossFunction` did not give a loss that a model can learn by.", "Let it give one tensor of one number, computed from the output, and nothing else.");

    private readonly Func<Tensor, Tensor, Tensor>? _compute;

    /// <summary>Makes one.</summary>
    /// <param name="compute">
    /// Takes the model's output, in 32 bits, and the targets: classes as whole numbers <c>[samples]</c>, or values <c>[samples, columns]</c>,
    /// scaled where the data scales them. Gives the mean loss, one number. Tensors that it makes are disposed by the engine.
    /// </param>
    /// <param name="text">What it is: runs are told apart by it.</param>
    public LossFunction(Func<Tensor, Tensor, Tensor> compute, string text)
    {
        ArgumentNullException.ThrowIfNull(compute);
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        (_compute, Text) = (compute, text);
    }

    private LossFunction(string text) => Text = text;

    /// <summary>What it is, such as the text of a script block.</summary>
    public string Text { get; }

    /// <summary>Whether two are the same: their texts are.</summary>
    public bool Equals(LossFunction? other) => Text == other?.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    internal void RequireCode()
    {
        if (_compute is null)
            throw new InvalidParameterException(nameof(LossFunction), Text, $"The run learnt by a loss of its own, whose code a file or another process does not bring along: give it again, -LossFunction {{{Text}}}, or another with -Loss.");
    }

    internal Tensor Of(Tensor output, Tensor targets)
    {
        RequireCode();
        // Copies: what a function changes in place would be in what is counted beside the loss, and in the validation samples for good.
        Tensor loss = _compute!(output.clone(), targets.clone());
        if (loss is null || loss.numel() != 1)
            throw Refused(Text, loss is null ? "gave nothing" : $"gave a tensor of the shape ({string.Join(", ", loss.shape)})");
        if (is_grad_enabled() && !loss.requires_grad)
            throw Refused(Text, "gave a number that does not depend on the output");
        return loss.dim() == 0 ? loss : loss.reshape();
    }

    /// <summary>The error of a function that gave something else than a loss.</summary>
    internal static InvalidParameterException Refused(string text, string what) =>
        new(nameof(LossFunction), text, $"LossFunction {{{text}}} {what}; it must give one tensor of one number, the mean loss of the batch, computed from the output.", LossFunctionResult);

    private sealed class LossFunctionConverter : JsonConverter<LossFunction>
    {
        public override LossFunction Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && reader.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? new LossFunction(text) : throw new JsonException("A loss function is a text.");

        public override void Write(Utf8JsonWriter writer, LossFunction value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
    }
}
