using System.Collections.Immutable;

namespace ClrEngine.Training;

/// <summary>Finds saved arrays by name and refuses those that do not fit.</summary>
internal static class StateMatch
{
    /// <summary>The saved array for each wanted one, in the wanted order.</summary>
    /// <param name="wanted">Names, types and shapes that the learner has.</param>
    /// <param name="saved">The saved arrays, in any order.</param>
    /// <exception cref="StateMismatchException">They do not match one to one; the message names the first array that does not.</exception>
    public static IReadOnlyList<StateTensor> InOrder(
        IReadOnlyList<(string Name, TensorType Type, ImmutableArray<long> Shape)> wanted, IReadOnlyList<StateTensor> saved)
    {
        var byName = new Dictionary<string, StateTensor>(StringComparer.Ordinal);
        foreach (StateTensor tensor in saved)
        {
            if (!byName.TryAdd(tensor.Name, tensor))
                throw new StateMismatchException($"it has '{tensor.Name}' twice.");
        }
        var ordered = new List<StateTensor>(wanted.Count);
        foreach ((string name, TensorType type, ImmutableArray<long> shape) in wanted)
        {
            if (!byName.Remove(name, out StateTensor? tensor))
                throw new StateMismatchException($"it lacks '{name}', {type.Code()} [{string.Join(", ", shape)}].");
            if (tensor.Type != type || !tensor.Shape.AsSpan().SequenceEqual(shape.AsSpan()))
                throw new StateMismatchException($"'{name}' is {tensor.Type.Code()} [{string.Join(", ", tensor.Shape)}] there and {type.Code()} [{string.Join(", ", shape)}] here.");
            ordered.Add(tensor);
        }
        return byName.Count == 0
            ? ordered
            : throw new StateMismatchException($"it has '{byName.Keys.Order(StringComparer.Ordinal).First()}', which is not here.");
    }
}
