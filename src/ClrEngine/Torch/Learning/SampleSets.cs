using System.Globalization;
using ClrEngine.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>Chooses by size whether samples lie on the device as a whole or are read batch by batch.</summary>
internal static class SampleSets
{
    private const long CudaBudget = 4L << 30;

    /// <summary>Opens both parts; the training part has the first claim on the budget.</summary>
    public static (ISampleSet Train, ISampleSet Validation) Open(TrainingData data, Device device, long? budget)
    {
        long left = budget ?? (device.type == DeviceType.CPU ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 : CudaBudget);
        ISampleSet train = Open(data.Train, device, ref left);
        try
        {
            return (train, Open(data.Validation, device, ref left));
        }
        catch
        {
            train.Dispose();
            throw;
        }
    }

    /// <summary>A size for people.</summary>
    public static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:N1} MiB");

    private static ISampleSet Open(LabelledData data, Device device, ref long left)
    {
        long room = left / sizeof(float) / data.Samples.SampleLength;
        if (data.Count > room)
            return new StreamedSet(data, device);
        left -= data.Count * data.Samples.SampleLength * sizeof(float);
        return new ResidentSet(data, device);
    }
}
