using System.IO.Compression;
using ICSharpCode.SharpZipLib.BZip2;

namespace ClrEngine.Tests.Data;

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
