using System.IO.Compression;

namespace ClrEngine.Torch.Models;

/// <summary>Looks whether a file is TorchScript, before libtorch runs what is in it.</summary>
internal static class TorchScriptArchive
{
    private const string Remedy = "Export the model in Python with torch.jit.script(model).save(path).";

    /// <summary>Refuses a file that holds no TorchScript.</summary>
    /// <exception cref="ModelFileException">The file is missing, or is something else.</exception>
    public static void Require(string path)
    {
        if (!File.Exists(path))
            throw new ModelFileException("ModelFileNotFound", path, $"There is no model file '{path}'; give the path of a TorchScript file.");
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            if (!archive.Entries.Any(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal)))
                throw NotTorchScript(path, "is a zip file without a model in it", null);
            if (!archive.Entries.Any(entry => entry.FullName.Contains("/code/", StringComparison.Ordinal)))
                throw NotTorchScript(path, "holds weights without a model (torch.save)", null);
        }
        catch (InvalidDataException notZip)
        {
            throw NotTorchScript(path, "is not a TorchScript file", notZip);
        }
    }

    public static ModelFileException NotTorchScript(string path, string reason, Exception? inner) =>
        new("NotTorchScript", path, $"'{path}' {reason}. {Remedy}", inner);
}
