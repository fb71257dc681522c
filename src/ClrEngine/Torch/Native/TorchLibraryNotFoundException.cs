namespace ClrEngine.Torch.Native;

/// <summary>No place that may hold libtorch holds all of it.</summary>
public sealed class TorchLibraryNotFoundException : TorchLibraryException
{
    internal TorchLibraryNotFoundException(string sentence, IReadOnlyList<string> placesTried)
        : base(placesTried.Count == 0
            ? sentence
            : $"{sentence} Places tried:{string.Concat(placesTried.Select(place => $"{Environment.NewLine}  {place}"))}")
        => PlacesTried = placesTried;

    /// <summary>The places that were looked at, in order. Also listed at the end of the message.</summary>
    public IReadOnlyList<string> PlacesTried { get; }

    /// <inheritdoc/>
    public override string ErrorId => "TorchLibraryNotFound";
}
