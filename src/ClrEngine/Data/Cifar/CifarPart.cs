using System.Buffers;
using System.Collections.Immutable;

namespace ClrEngine.Data;

/// <summary>The images and labels of some CIFAR files.</summary>
internal sealed record CifarPart(ISampleReader Samples, byte[] Labels)
{
    private const float MaxPixel = 255;

    // So many records are hashed and looked through at once.
    private const int BlockRecords = 256;

    /// <summary>Reads the labels, names the places of the images, and adds all to a hash.</summary>
    /// <exception cref="DataFormatException">A file does not hold whole records, or a label is no class.</exception>
    public static CifarPart Read(IReadOnlyList<DataStream> files, CifarKind kind, ContentHash contents)
    {
        var samples = new List<ISampleReader>();
        var labels = new List<byte>();
        foreach (DataStream file in files)
        {
            ByteSource bytes = file.Bytes();
            if (bytes.Length == 0 || bytes.Length % kind.Record != 0)
                throw new DataFormatException(
                    bytes.Length == 0 ? DataFault.Empty : DataFault.Truncated, file.Path, $"has {bytes.Length} bytes, which is no multiple of the {kind.Record} of a label and its image: fetch it again, and give the binary version.");
            long count = bytes.Length / kind.Record;
            if (labels.Count + count > Array.MaxLength)
                throw new DataFormatException(DataFault.TooLarge, file.Path, $"makes more than {Array.MaxLength} samples: split the set.");
            contents.Add(bytes, 0);
            AddLabels(file.Path, bytes, kind, labels);
            samples.Add(new RecordSamples(bytes, kind.LabelBytes, kind.Record, count, [3, CifarKind.Side, CifarKind.Side], MaxPixel));
        }

        return new CifarPart(samples.Count == 1 ? samples[0] : new JoinedSamples([.. samples]), [.. labels]);
    }

    /// <summary>The part as labelled samples.</summary>
    public LabelledData ToData(ImmutableArray<string> classNames) =>
        new(Samples, new ClassTargets([.. Labels.Select(static label => (long)label)], classNames));

    private static void AddLabels(string path, ByteSource bytes, CifarKind kind, List<byte> labels)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockRecords * kind.Record);
        try
        {
            for (long start = 0; start < bytes.Length; start += BlockRecords * kind.Record)
            {
                int length = (int)Math.Min(BlockRecords * kind.Record, bytes.Length - start);
                ReadOnlySpan<byte> records = bytes.Read(start, block.AsSpan(0, length));
                for (int i = kind.LabelByte; i < length; i += kind.Record)
                {
                    if (records[i] >= kind.Classes)
                        throw new DataFormatException(
                            DataFault.Label, path, $"has the label {records[i]} at image {(start + i) / kind.Record}, but there are {kind.Classes} classes: check that this is the right file, in its binary version.");
                    labels.Add(records[i]);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
