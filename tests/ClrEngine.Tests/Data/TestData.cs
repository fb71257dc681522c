using System.IO.Compression;
using ICSharpCode.SharpZipLib.BZip2;

namespace ClrEngine.Tests.Data;

internal static class Reading
{
    /// <summary>All samples of a reader, row after row.</summary>
    public static float[] ReadAll(this ISampleReader samples) =>
        samples.ReadRows([.. Enumerable.Range(0, (int)samples.Count).Select(static i => (long)i)]);

    public static float[] ReadRows(this ISampleReader samples, params long[] indices)
    {
        var values = new float[indices.Length * samples.SampleLength];
        samples.Read(indices, values);
        return values;
    }

    public static long[] Labels(this LabelledData data) => [.. ((ClassTargets)data.Targets).Labels];
}

/// <summary>A folder of a test's own, removed at its end.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly bool _isInner;

    public TempFolder() => Path = Directory.CreateTempSubdirectory("clr-tests-").FullName;

    private TempFolder(string path) => (Path, _isInner) = (Directory.CreateDirectory(path).FullName, true);

    /// <summary>A folder in it, which goes with it.</summary>
    public TempFolder Inner(string name) => new(At(name));

    /// <summary>The path of something in it.</summary>
    public string At(string name) => System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, name));

    /// <summary>A text in it, whose folder is made.</summary>
    public string File(string name, string content = "")
    {
        System.IO.File.WriteAllText(Made(name), content);
        return At(name);
    }

    /// <summary>A link in it, whose folder is made.</summary>
    public string Link(string name, string target) => System.IO.File.CreateSymbolicLink(Made(name), target).FullName;

    public string[] AllFiles() => Directory.GetFiles(Path, "*", SearchOption.AllDirectories);

    public string Path { get; }

    public void Dispose()
    {
        if (!_isInner) Directory.Delete(Path, recursive: true);
    }

    private string Made(string name)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(name))!);
        return At(name);
    }
}

/// <summary>Packs bytes as the usual tools do.</summary>
internal static class PackedFiles
{
    public static byte[] Bzip2(byte[] bytes)
    {
        using var target = new MemoryStream();
        BZip2.Compress(new MemoryStream(bytes), target, isStreamOwner: false, level: 1);
        return target.ToArray();
    }

    public static byte[] Zip(byte[] bytes) => Zip(("file", bytes));

    public static byte[] Zip(params (string Name, byte[] Bytes)[] files) => Zip(CompressionLevel.Fastest, files);

    public static byte[] Zip(CompressionLevel level, params (string Name, byte[] Bytes)[] files)
    {
        using var target = new MemoryStream();
        using (var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in files)
            {
                using Stream entry = zip.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        }

        return target.ToArray();
    }
}
