namespace ClrEngine.Data;

/// <summary>Data cannot be loaded: the base of every error of this kind.</summary>
public abstract class TrainingDataException : ClrException
{
    private protected TrainingDataException(ErrorCause cause, string message, Exception? innerException = null)
        : base(cause, message, innerException)
    {
    }
}

/// <summary>What is wrong with a data file.</summary>
internal static class DataErrors
{
    public static readonly ErrorCause Magic = new("DataMagic", ErrorKind.InvalidData,
        "A file does not start as its format demands.", "Check that the file is what its name says; a web page saved in its place is common.");

    public static readonly ErrorCause Dimension = new("DataDimension", ErrorKind.InvalidData,
        "A dimension in a file's header is negative.", "Download the file again, or write its header as the format says.");

    public static readonly ErrorCause Truncated = new("DataTruncated", ErrorKind.InvalidData,
        "A file holds less than its header promises.", "Download it again: the transfer broke off.");

    public static readonly ErrorCause Trailing = new("DataTrailing", ErrorKind.InvalidData,
        "A file holds more than its header promises.", "Download it again, or mend its header.");

    public static readonly ErrorCause TooLarge = new("DataTooLarge", ErrorKind.InvalidData,
        "A header promises more than one array can hold.", "Split the file.");

    public static readonly ErrorCause Compression = new("DataCompression", ErrorKind.InvalidData,
        "A compressed file is damaged.", "Download or pack it again.");

    public static readonly ErrorCause Checksum = new("DataChecksum", ErrorKind.InvalidData,
        "A file's content does not fit its checksum.", "Download it again: it was changed on the way or on the disk.");

    public static readonly ErrorCause Packed = new("DataPacked", ErrorKind.InvalidData,
        "A file is packed in a way that is not read, or is an archive of several files.", "Unpack it, and give the file or folder that comes out.");

    public static readonly ErrorCause Empty = new("DataEmpty", ErrorKind.InvalidData,
        "There is no sample, or a sample has no value.", "Give a file that holds samples.");

    public static readonly ErrorCause TooFew = new("DataTooFew", ErrorKind.InvalidData,
        "There are too few samples to hold some out for validation.", "Give more samples, or another `-ValidationFraction`.");

    public static readonly ErrorCause CountMismatch = new("DataCountMismatch", ErrorKind.InvalidData,
        "Samples and labels differ in number.", "Take both files from the same set.");

    public static readonly ErrorCause ShapeMismatch = new("DataShapeMismatch", ErrorKind.InvalidData,
        "Training and validation samples differ in shape.", "Take both parts from the same set.");

    public static readonly ErrorCause Label = new("DataLabel", ErrorKind.InvalidData,
        "A label is not one of the classes.", "Mend the label, or name its class.");

    public static readonly ErrorCause Missing = new("DataMissing", ErrorKind.InvalidData,
        "A file that belongs to the set is not there.", "Put it beside the others, under the name in the message.");

    public static readonly ErrorCause SeveralSets = new("DataSeveralSets", ErrorKind.InvalidData,
        "A folder holds more than one data set.", "Give the folder, or one of the files, of the one that is meant.");

    public static readonly ErrorCause UnknownFormat = new("DataUnknownFormat", ErrorKind.InvalidData,
        "No known format reads this path.", "Give a path to one of the formats in the message.");

    public static readonly ErrorCause Column = new("DataColumn", ErrorKind.InvalidData,
        "A column that was asked for is not there, or stands twice.", "Give the name of one of the columns in the message.");

    public static readonly ErrorCause Header = new("DataHeader", ErrorKind.InvalidData,
        "The first row of a table may hold names or data.", "Say which with `-HeaderRow Present` or `-HeaderRow Absent`.");

    public static readonly ErrorCause RowLength = new("DataRowLength", ErrorKind.InvalidData,
        "A row has more or fewer cells than the first.", "Mend the row that the message names.");

    public static readonly ErrorCause MissingValue = new("DataMissingValue", ErrorKind.InvalidData,
        "A cell is empty.", "Fill it, or remove its row or column.");

    public static readonly ErrorCause Value = new("DataValue", ErrorKind.InvalidData, "A cell is no number, or none that single precision holds once it is scaled.", "Mend it, or leave its row or column out.");

    public static readonly ErrorCause Categories = new("DataCategories", ErrorKind.InvalidData,
        "A column has too many different texts to be categories.", "Leave it out, or give it as numbers.");

    public static readonly ErrorCause Text = new("DataText", ErrorKind.InvalidData,
        "A text cannot be read as the format writes it.", "Save the file again; the message names the place.");

    public static readonly ErrorCause Pipe = new("DataPipe", ErrorKind.InvalidData,
        "A pipe was given as a file; data is read more than once.", "Save what comes out of it as a file.");

    public static readonly ErrorCause Pickle = new("DataPickle", ErrorKind.InvalidData,
        "A Python pickle is damaged, or has more in it than the plain values of a data set.", "Fetch the set again as it was published, or take its binary version.");

    public static readonly ErrorCause Type = new("DataType", ErrorKind.InvalidData,
        "An array's type of number cannot be read.", "Save the array as one of the types in the message.");

    public static readonly ErrorCause Alike = new("DataAlike", ErrorKind.InvalidData,
        "All training samples are the same, so that there is nothing to learn.", "Check how they were written: images of one colour, and columns of one value, are common.");

    public static readonly ErrorCause Layout = new("DataLayout", ErrorKind.InvalidData,
        "An array cannot be read in the layout that was asked for.", "Give an array of the dimensions in the message, or leave `-Layout` out.");

    public static readonly ErrorCause Outside = new("DataOutside", ErrorKind.InvalidData,
        "A link leads out of the folder that was named.", "Put the files themselves into the folder, or name the folder that holds both.");
}

/// <summary>A file or folder does not hold what its format promises.</summary>
/// <param name="cause">Why.</param>
/// <param name="path">The file or folder at fault.</param>
/// <param name="reason">What was expected, what was found and what to do, without the path.</param>
/// <param name="innerException">The error beneath, if there is one.</param>
public sealed class DataFormatException(ErrorCause cause, string path, string reason, Exception? innerException = null)
    : TrainingDataException(cause, $"'{path}' {reason}", innerException)
{
    /// <summary>The file or folder at fault.</summary>
    public string Path => path;

    /// <summary>The same with a word more.</summary>
    internal DataFormatException With(string remark) => new(Cause, path, reason + remark, this);
}

/// <summary>A text names no known data set, and nothing lies at it as a path.</summary>
/// <param name="requested">The text that names nothing.</param>
/// <param name="message">What is known instead.</param>
public sealed class DataNotFoundException(string requested, string message) : TrainingDataException(DataNotFound, message)
{
    private static readonly ErrorCause DataNotFound = new(nameof(DataNotFound), ErrorKind.ObjectNotFound,
        "The text is no known data set, and nothing lies at it as a path.", "Give one of the names in the message, or a path that exists.");

    /// <summary>The text that names nothing.</summary>
    public string Requested => requested;
}
