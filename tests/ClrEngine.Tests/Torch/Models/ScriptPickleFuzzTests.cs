using System.IO.Compression;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Models;

/// <summary>TorchScript files whose pickles were altered, with checksums that are right: no such file ends the process.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class ScriptPickleFuzzTests : TestsOfModelFiles
{
    [Fact]
    public void Altered_pickles_are_refused_or_give_a_model_that_answers()
    {
        var random = new Random(14);
        int read = 0, refused = 0;
        foreach (string source in (string[])[TorchScriptFile.Classifier(Path.Combine(Folder.Path, "made.pt"), Inputs, Outputs), ReferenceFile.CopyTo(Folder.Path, "tied.pt"), ReferenceFile.CopyTo(Folder.Path, "auxiliary.pt")])
        {
            for (int i = 0; i < 150; i++)
            {
                System.IO.File.Delete(File);
                Change(source, File, i % 10 == 9 ? "constants.pkl" : "data.pkl", random);
                try
                {
                    using ScriptModel model = ScriptModel.Load(File);
                    Answer(model, source.EndsWith("made.pt", StringComparison.Ordinal) ? Inputs : 6);
                    read++;
                }
                catch (ModelFileException)
                {
                    refused++;
                }
            }
        }
        Assert.Equal(450, read + refused);
        Assert.True(read > 0);
    }

    // What it answers may be an error of the operators: of shapes that do not fit, or of a type.
    private static void Answer(ScriptModel model, int inputs)
    {
        foreach ((string _, Tensor tensor) in model.named_parameters().Select(static p => (p.name, (Tensor)p.parameter)).Concat(model.named_buffers().Select(static b => (b.name, b.buffer))))
        {
            using Tensor copy = tensor.clone(), sum = copy.to(float32).sum();
            tensor.Dispose();
        }
        try
        {
            using Tensor answer = model.call(zeros(2, inputs));
            using Tensor sum = answer.sum();
        }
        catch (Exception error) when (error is ExternalException or ModelMismatchException)
        {
        }
    }

    // Another number, a value of another kind, an instruction that is lost, or is there twice, or stands elsewhere.
    private static void Change(string source, string file, string part, Random random)
    {
        using ZipArchive from = ZipFile.OpenRead(source), to = ZipFile.Open(file, ZipArchiveMode.Create);
        foreach (ZipArchiveEntry entry in from.Entries)
        {
            using var bytes = new MemoryStream();
            using (Stream read = entry.Open())
                read.CopyTo(bytes);
            string text = Encoding.Latin1.GetString(bytes.ToArray());
            using Stream written = to.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
            written.Write(Encoding.Latin1.GetBytes(entry.Name == part ? Changed(text, random) : text));
        }
    }

    private static string Changed(string pickle, Random random)
    {
        List<string> steps = [.. Steps(pickle)];
        string[] others = ["N", "\u0088", "K\0", "K\u0001", "K\u0005", ScriptPickleTests.Number(-1), ScriptPickleTests.Number(long.MaxValue), ScriptPickleTests.Number(1L << 40), "]", "}", ")", ScriptPickleTests.Text("weight"), ScriptPickleTests.Plain(12)];
        string[] values = [.. steps.Where(static step => step[0] is 'K' or 'J' or 'M' or 'X' or 'h' or 'c' or '\u0088' or '\u0089')];
        for (int times = random.Next(1, 3); times > 0; times--)
        {
            int at = random.Next(1, steps.Count - 1), value = values.Length == 0 ? -1 : steps.IndexOf(values[random.Next(values.Length)]);
            switch (random.Next(7))
            {
                case 0 or 1 when value >= 0: steps[value] = others[random.Next(others.Length)]; break;
                case 2 or 3 when value >= 0: steps[value] = values[random.Next(values.Length)]; break;
                case 4: steps.RemoveAt(at); break;
                case 5: steps.Insert(at, steps[random.Next(1, steps.Count - 1)]); break;
                default: steps[at] = others[random.Next(others.Length)]; break;
            }
        }
        return string.Concat(steps);
    }

    private static IEnumerable<string> Steps(string pickle)
    {
        for (int at = 0, next; at < pickle.Length; at = next)
        {
            next = at + 1 + pickle[at] switch
            {
                '\u0080' or 'K' or 'q' or 'h' => 1,
                'M' => 2,
                'J' or 'r' or 'j' => 4,
                'G' => 8,
                '\u008a' => 1 + pickle[at + 1],
                'X' => 4 + pickle[at + 1] + (pickle[at + 2] << 8),
                'c' => pickle.IndexOf('\n', pickle.IndexOf('\n', at) + 1) - at,
                _ => 0,
            };
            yield return pickle[at..next];
        }
    }
}
