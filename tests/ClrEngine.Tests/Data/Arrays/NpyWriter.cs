using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace ClrEngine.Tests.Data.Arrays;

/// <summary>Writes .npy files as NumPy does, true ones and lying ones.</summary>
internal static class NpyWriter
{
    public static byte[] Bytes<T>(string type, string shape, params T[] values) where T : unmanaged =>
        File($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}", MemoryMarshal.AsBytes<T>(values).ToArray());

    public static byte[] File(string header, byte[] payload, byte version = 1)
    {
        int lead = version == 1 ? 10 : 12;
        string padded = header.PadRight(63 - (lead - 1) + (64 * (header.Length / 64))) + "\n";
        byte[] text = Encoding.Latin1.GetBytes(padded);
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes(text.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. payload];
    }

    public static byte[] Archive(params (string Name, byte[] Bytes)[] arrays)
    {
        using var target = new MemoryStream();
        using (var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in arrays)
            {
                using Stream entry = zip.CreateEntry(name + ".npy", CompressionLevel.Fastest).Open();
                entry.Write(bytes);
            }
        }

        return target.ToArray();
    }
}
