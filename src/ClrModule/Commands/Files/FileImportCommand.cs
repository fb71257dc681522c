namespace ClrModule.Commands.Files;

/// <summary>A cmdlet that takes files or folders by their paths.</summary>
public abstract class FilesCommand : ClrCommand
{
    private protected const string ByPath = "Path", ByLiteralPath = "LiteralPath";

    /// <summary>The files or folders; wildcards are allowed. What comes down the pipeline and is there under its name is taken by it.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByPath, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true), SupportsWildcards, ArgumentCompleter(typeof(FileCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>The files or folders by their names as they are: no letter is a wildcard.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByLiteralPath, ValueFromPipelineByPropertyName = true), Alias("PSPath", "FullName", "LP")]
    public string[] LiteralPath { get; set; } = [];

    protected override object? Target => Given.Length == 1 ? Given[0] : Given;

    private protected string[] Given => ParameterSetName == ByLiteralPath ? LiteralPath : Path;

    /// <summary>The full paths of the files that a path stands for.</summary>
    // An object in the pipeline has the path of one thing, whatever its letters.
    private protected IReadOnlyList<string> FilesOf(string path) =>
        ParameterSetName == ByLiteralPath || (!IsGiven(nameof(Path)) && System.IO.Path.Exists(this.FullPath(path))) ? [this.FullPath(path)] : this.Matches(path);

    /// <summary>What is meant by a path, which may be that of a folder where it lies, such as a run's of a sweep.</summary>
    private protected virtual string FileAt(string path) => path;
}

/// <summary>A cmdlet that reads files, each by itself: one that cannot be read is an error, and the others are read.</summary>
public abstract class FileImportCommand : FilesCommand
{
    protected override void Process() => EachOf(Given, path => EachOf(FilesOf(path), file => WriteObject(Read(PathArgument.RequireFile(FileAt(file))))));

    private protected abstract object Read(string file);
}
