using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>
/// How many threads an operation on the CPU uses. The choice follows from sizes alone, never from a clock:
/// sums in another number of threads round otherwise, and the same seed shall give the same run.
/// </summary>
internal static class OperationThreads
{
    // Thousands hang libtorch, and more overflow its stack.
    private static int Most => 4 * Environment.ProcessorCount;

    // Multiplications of a forward pass that keep one more thread busy: below, handing out the work costs more than it saves.
    private const double WorkOfAThread = 4e6;

    // Asked once, before any work sets a number for its thread: a thread that begins beside such work starts out with that number.
    // A Lazy that runs its function once would keep a failure for ever.
    private static readonly Lazy<int> Available = new(get_num_threads, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Refuses a number of threads that libtorch cannot work with.</summary>
    public static void Validate(int? threads)
    {
        if (threads is { } given && Require.AtLeast(given, 1, nameof(LearnerOptions.Threads)) > Most)
            throw new InvalidParameterException(nameof(LearnerOptions.Threads), threads, $"Threads is {threads}; give at most {Most}, four times the processors of this machine.");
    }

    /// <summary>The threads that the work of one step occupies, at most those available: those that libtorch had when this was first asked.</summary>
    public static int For(nn.Module model, IReadOnlyList<long> sampleShape, int batchSize, int? available = null) =>
        (int)Math.Clamp(batchSize * WorkOfASample(model, sampleShape) / WorkOfAThread, 1, Math.Max(1, available ?? Available.Value));

    /// <summary>Multiplications of a forward pass: a bound from above, for a filter is used at every place of an image, and later layers see smaller images.</summary>
    public static double WorkOfASample(nn.Module model, IReadOnlyList<long> sampleShape)
    {
        double places = sampleShape.Skip(1).Aggregate(1.0, (product, side) => product * side);
        return model.parameters().Sum(p => (double)p.numel() * (p.dim() > 2 ? places : 1));
    }

    /// <summary>Sets this thread's number until disposed; null leaves it.</summary>
    public static Section Enter(int? threads)
    {
        if (threads is not null)
            _ = Available.Value;
        int before = threads is null ? 0 : get_num_threads();
        if (threads is not { } wanted || wanted == before)
            return default;
        set_num_threads(wanted);
        return new Section(before);
    }

    public readonly ref struct Section
    {
        private readonly int _before;

        internal Section(int before) => _before = before;

        public void Dispose()
        {
            if (_before > 0)
                set_num_threads(_before);
        }
    }
}
