namespace ClrEngine.Data;

/// <summary>A kind of file or folder that training data can be loaded from.</summary>
public interface IDataFormat
{
    /// <summary>A short name, such as <c>idx</c>.</summary>
    string Name { get; }

    /// <summary>What it reads, in a few words.</summary>
    string Description { get; }

    /// <summary>The options that have an effect here; others are refused.</summary>
    DataOptionUse Uses => DataOptionUse.All;

    /// <summary>Whether a path looks like this format; looks at names, and at most at a few bytes.</summary>
    /// <param name="path">A full path to an existing file or folder.</param>
    /// <returns>True where <see cref="Load"/> shall be tried.</returns>
    bool Matches(string path);

    /// <summary>Loads the data.</summary>
    /// <param name="path">A full path that <see cref="Matches"/>.</param>
    /// <param name="options">How to prepare it.</param>
    /// <returns>The data, split and scaled.</returns>
    /// <exception cref="DataFormatException">The files do not hold what the format promises.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    TrainingData Load(string path, DataOptions options);
}
