namespace ClrEngine.Data;

/// <summary>How the records of a CIFAR file lie: label bytes, then 1,024 red, 1,024 green and 1,024 blue pixels, row after row.</summary>
/// <param name="LabelBytes">How many label bytes come before the pixels.</param>
/// <param name="LabelByte">Which of them is used.</param>
/// <param name="Classes">How many classes there are.</param>
/// <param name="NamesFile">The text file that names the classes, a line each.</param>
internal sealed record CifarKind(int LabelBytes, int LabelByte, int Classes, string NamesFile)
{
    /// <summary>Height and width of an image.</summary>
    public const int Side = 32;

    /// <summary>The bytes of an image.</summary>
    public const int Pixels = 3 * Side * Side;

    /// <summary>CIFAR-10.</summary>
    public static CifarKind Ten { get; } = new(1, 0, 10, "batches.meta.txt");

    /// <summary>CIFAR-100 by its 100 classes.</summary>
    public static CifarKind HundredFine { get; } = new(2, 1, 100, "fine_label_names.txt");

    /// <summary>CIFAR-100 by its 20 groups of classes.</summary>
    public static CifarKind HundredCoarse { get; } = new(2, 0, 20, "coarse_label_names.txt");

    /// <summary>The bytes of a label and its image.</summary>
    public int Record => LabelBytes + Pixels;
}
