using ClrEngine.Data.Arrays;
using ClrEngine.Data.Images;
using ClrEngine.Data.Tables;
using ClrEngine.Data.Tables.Csv;
using ClrEngine.Tests.Data.Images;

namespace ClrEngine.Tests.Data.Fuzzing;

public sealed class ReaderFuzzTests
{
    private static readonly bool?[] Tasks = [null, true, false];

    [Fact]
    public void The_reader_of_plain_IDX_files_survives_damage() => FuzzIdx(static bytes => bytes);

    [Fact]
    public void The_reader_of_gzipped_IDX_files_survives_damage() => FuzzIdx(IdxWriter.Gzip);

    [Fact]
    public void The_reader_of_CIFAR_10_survives_damage() => ReaderFuzz.Run(
        [[Records(1, 3, 1, 2), Records(1, 2, 1), "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n"u8.ToArray()]],
        static (files, _) => ReadAll(CifarFolder.Load("set", "set", CifarKind.Ten, [Stream(files[0])], Stream(files[1]), Stream(files[2]), DataOptions.Default)));

    [Fact]
    public void The_reader_of_CIFAR_100_survives_damage() => ReaderFuzz.Run(
        [[Records(2, 3, 7, 3, 7)]],
        static (files, mutator) => ReadAll(CifarFolder.Load("set", "set", mutator?.Choose([CifarKind.HundredFine, CifarKind.HundredCoarse]) ?? CifarKind.HundredFine, [Stream(files[0])], null, null, DataOptions.Default)));

    [Fact]
    public void The_reader_of_CIFAR_in_Python_survives_damage() => ReaderFuzz.Run(
        [[PickleWriter.Batch(2, 3), PickleWriter.Names], [PickleWriter.Batch(4, 3), PickleWriter.Names], [PickleWriter.BatchOfPython3(3), PickleWriter.Names]],
        static (files, _) => ReadAll(CifarFolder.Load("set", "set", CifarKind.Ten, [Stream(files[0])], null, Stream(files[1]), DataOptions.Default)));

    [Fact]
    public void The_reader_of_archives_of_CIFAR_survives_damage() => ReaderFuzz.Run(
        [[PickleWriter.Archive(gzip: false)], [PickleWriter.Archive(gzip: true)]],
        static (files, _) => CifarFiles.FromArchive("set.tar", Stream(files[0])));

    [Fact]
    public void The_reader_of_npy_arrays_survives_damage() => ReaderFuzz.Run(
        [
            [NpyWriter.File("{'descr': '<i2', 'fortran_order': True, 'shape': (4, 2, 3), }", Noise(48)), NpyWriter.Texts("cat", "dog", "cat", "dog")],
            [NpyWriter.Bytes("<f4", "(4, 2)", 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f), NpyWriter.Bytes("<i8", "(4,)", 1L, 2L, 1L, 2L)],
            [NpyWriter.Bytes(">f8", "(4, 1)", 1d, 2d, 3d, 4d), NpyWriter.Bytes("<f2", "(4, 2)", (Half)1, (Half)2, (Half)3, (Half)4, (Half)5, (Half)6, (Half)7, (Half)8)],
            [NpyWriter.Bytes("|u1", "(4, 5, 5, 3)", Noise(300)), NpyWriter.Bytes("|b1", "(4, 1)", true, false, true, false)],
        ],
        static (files, mutator) => ReadAll(NumpyFormat.Load(
            "set", "set", ["x", "y"], name => NpyArray.Read(Stream(files[name == "x" ? 0 : 1])), ArrayOptions(mutator))));

    [Fact]
    public void The_reader_of_npz_archives_survives_damage() => ReaderFuzz.Run(
        [
            [NpyWriter.Archive(("x", NpyWriter.Bytes("<f4", "(4, 2)", 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f)), ("y", NpyWriter.Bytes("<i8", "(4,)", 1L, 2L, 1L, 2L)))],
            [NpyWriter.Archive(
                ("x_train", NpyWriter.Bytes("|u1", "(4, 5, 5)", Noise(100))), ("y_train", NpyWriter.Bytes("|u1", "(4,)", new byte[] { 0, 1, 0, 1 })),
                ("x_test", NpyWriter.Bytes("|u1", "(1, 5, 5)", new byte[25])), ("y_test", NpyWriter.Bytes("|u1", "(1,)", new byte[] { 1 })))],
        ],
        static (files, mutator) =>
        {
            using var archive = new NpzArchive(Stream(files[0]));
            ReadAll(NumpyFormat.Load("set", "set", archive.Names, archive.Read, ArrayOptions(mutator)));
        });

    [Fact]
    public void The_reader_of_bzipped_and_zipped_IDX_files_survives_damage() => ReaderFuzz.Run(
        [
            .. new Func<byte[], byte[]>[] { PackedFiles.Bzip2, PackedFiles.Zip }.Select(static pack => new[]
            {
                pack(IdxWriter.Bytes([4, 2, 3], Noise(96), type: 12)), pack(IdxWriter.Bytes([4], [0, 1, 0, 1])),
            }),
        ],
        static (files, _) => ReadAll(IdxFolder.Load("set", "set", (Stream(files[0]), Stream(files[1])), null, DataOptions.Default)));

    [Fact]
    public void The_reader_of_plain_CSV_survives_damage() => FuzzCsv(static bytes => bytes);

    [Fact]
    public void The_reader_of_gzipped_CSV_survives_damage() => FuzzCsv(IdxWriter.Gzip);

    [Fact]
    public void The_reader_of_PNG_survives_damage() => FuzzImages(
        ImageWriter.Png(9, 7, 1, Noise(63)), ImageWriter.Png(9, 7, 2, Noise(126)), ImageWriter.Png(9, 7, 3, Noise(189)), ImageWriter.Png(9, 7, 4, Noise(252)), ImageWriter.Png(40, 40, 3, new byte[4800]),
        ImageWriter.PngOf(9, 7, 16, 2, isInterlaced: true, [.. Noise(397).Select(static value => (byte)(value & 3))]), ImageWriter.PngOf(9, 7, 4, 3, isInterlaced: false, [.. Noise(45).Select(static value => (byte)(value & 3))]));

    [Fact]
    public void The_reader_of_JPEG_survives_damage() => FuzzImages(ImageWriter.Jpeg, SampleImages.Jpeg, SampleImages.JpegGrey, SampleImages.JpegProgressive, SampleImages.JpegCmyk, SampleImages.JpegRestarts);

    [Fact]
    public void The_reader_of_WebP_survives_damage() => FuzzImages(SampleImages.WebPLossless, SampleImages.WebPLossy, SampleImages.WebPAnimated);

    [Fact]
    public void The_reader_of_GIF_survives_damage() => FuzzImages(SampleImages.Gif, SampleImages.GifGrey, SampleImages.GifAnimated);

    [Fact]
    public void The_reader_of_BMP_survives_damage() => FuzzImages(ImageWriter.Bmp(3, 5, Noise(45)), ImageWriter.Bmp(20, 20, new byte[1200]), SampleImages.BmpBits);

    [Fact]
    public void The_reader_of_Parquet_survives_damage()
    {
        (string, Array)[] columns =
        [
            ("i", new[] { 1, 2, 3, 4, 5, 6, 7, 8 }), ("d", new[] { 0.5, 1, 2, 3, 4, 5, 6, 7 }), ("s", new[] { "red", "green", "red", "green", "red", "green", "red", "blue" }),
            ("f", new float?[] { 1, 2, 3, 4, 5, 6, 7, 8 }), ("b", new[] { true, false, true, false, true, false, true, false }), ("y", new[] { 0, 1, 0, 1, 0, 1, 0, 1 }),
        ];
        ReaderFuzz.Run(
            [.. ParquetTests.Codecs.Select(codec => new[] { ParquetMaker.Bytes(codec, 5, columns) })],
            static (files, mutator) =>
            {
                var options = new DataOptions { Regression = mutator?.Choose(Tasks), LabelColumn = mutator?.Choose([null, "s", "d"]) };
                ReadAll(TablePreparation.Prepare("set", "set", ParquetTable.Read(Stream(files[0]), options), null, options));
            });
    }

    [Fact]
    public void The_reader_of_Parquet_pages_of_each_kind_survives_damage() => ReaderFuzz.Run(
        [.. DamagedParquet.AllPages.Select(static file => new[] { file })],
        static (files, _) =>
        {
            using ParquetFile file = ParquetFile.Open(Stream(files[0]));
            foreach (ParquetColumn column in file.Columns.Where(static column => column.Element is not null))
            {
                if (column.IsText) file.ReadTexts(column, static (_, _) => { });
                else file.ReadNumbers(column, static (_, _) => { });
            }
        });

    private static void FuzzIdx(Func<byte[], byte[]> pack) => ReaderFuzz.Run(
        [
            [pack(IdxWriter.Bytes([4, 2, 3], Noise(24))), pack(IdxWriter.Bytes([4], [0, 1, 0, 1])), pack(IdxWriter.Bytes([2, 2, 3], Noise(12))), pack(IdxWriter.Bytes([2], [0, 1]))],
            [pack(IdxWriter.Bytes([40, 1, 1], Noise(40))), pack(IdxWriter.Bytes([40], Parity(40))), pack(IdxWriter.Bytes([1, 1, 1], [0])), pack(IdxWriter.Bytes([1], [0]))],
        ],
        static (files, mutator) => ReadAll(IdxFolder.Load(
            "set", "set", (Stream(files[0]), Stream(files[1])), mutator?.Choose([true, false]) != false ? (Stream(files[2]), Stream(files[3])) : null, DataOptions.Default)));

    private static void FuzzCsv(Func<byte[], byte[]> pack)
    {
        byte[][] texts =
        [
            .. new[]
            {
                "n,colour,y\n1,red,a\n2.5,green,b\n-3e2,red,a\n4,\"blue, \"\"dark\"\"\",b\n",
                "1;2;3\r\n4;5;6\r\n7;8;3\r\n7;8;6\r\n",
                "\uFEFFx\ty\n0.5\t1.5\n1\t2.5\n2\t3.5\n",
                "#TYPE A\n,day,price,y\n0,mo,\"1.234,5\",a\n1,tu,\"7,25\",b\n2,mo,\"0,5\",a\n,,,\n",
                "# p q y\n1.5   2 -1\n2.5 \t3 1\n\"3.5\" 4 1\n",
                "4,2,a,b\n1,2,a\n3,4,b\n5,'6,a\n7,8,b\n",
            }.Select(text => pack(Encoding.UTF8.GetBytes(text))),
        ];
        ReaderFuzz.Run(
            [.. texts.Select(text => new[] { text, text })],
            static (files, mutator) =>
            {
                var options = new DataOptions
                {
                    Regression = mutator?.Choose(Tasks),
                    HeaderRow = mutator?.Choose(Enum.GetValues<HeaderRow>()) ?? HeaderRow.Auto,
                    LabelColumn = mutator?.Choose([null, "0", "-1", "y"]),
                    CategoryColumns = mutator?.Choose<string[]>([[], [], ["1"], ["day"]]) ?? [],
                    Delimiter = mutator?.Choose([null, null, null, null, ",", ";", " "]),
                    DecimalComma = mutator?.Choose(Tasks),
                    Encoding = mutator?.Choose([null, null, null, null, null, "windows-1252", "utf-16"]),
                    MissingValues = mutator?.Choose<string[]?>([null, [], ["a", "-1"]]),
                };
                ColumnTable train = CsvTable.Read(Stream(files[0]), options);
                ColumnTable? held = mutator?.Choose([true, false]) != false ? CsvTable.Read(Stream(files[1]), options, train) : null;
                ReadAll(TablePreparation.Prepare("set", "set", train, held, options));
            });
    }

    // Nothing depends on what lay in memory: the same file gives the same pixels.
    private static void FuzzImages(params byte[][] images) => ReaderFuzz.Run(
        [.. images.Select(static image => new[] { image })],
        static (files, mutator) =>
        {
            byte[] file = mutator?.Choose([true, false]) == true ? ImageWriter.WithChecksums(files[0]) : files[0];
            ImageHead head = ImageFile.Head(Stream(file));
            ImageSize? size = mutator?.Choose([null, new ImageSize(4, 5)]);
            (byte[] pixels, int height, int width) = ImageFile.Decode(Stream(file), head, size);
            Assert.True(pixels.Length >= height * width * head.Channels);
            Assert.True(size is not null || (height, width) == (head.Height, head.Width));
            Assert.Equal(ImageFile.Decode(Stream(file), head, size).Pixels, pixels);
        });

    private static DataStream Stream(byte[] bytes) => Table.Stream(bytes);

    private static DataOptions ArrayOptions(Mutator? mutator) => new()
    {
        Regression = mutator?.Choose(Tasks),
        Layout = mutator?.Choose(Enum.GetValues<SampleLayout>()) ?? SampleLayout.Auto,
        Standardize = mutator?.Choose([true, false]) ?? true,
    };

    private static void ReadAll(TrainingData data)
    {
        foreach (ISampleReader samples in new[] { data.Train.Samples, data.Validation.Samples })
        {
            var row = new float[samples.SampleLength];
            for (long i = 0; i < samples.Count; i++)
            {
                samples.Read([i], row);
                Assert.DoesNotContain(row, static value => !float.IsFinite(value));
            }
        }
    }

    private static byte[] Records(int labelBytes, params byte[] labels) =>
        [.. labels.SelectMany((label, i) => Enumerable.Repeat(label, labelBytes).Concat(Noise(3072 + i)[i..]))];

    private static byte[] Parity(int length) => [.. Enumerable.Range(0, length).Select(static i => (byte)(i % 2))];

    private static byte[] Noise(int length)
    {
        var noise = new byte[length];
        new Random(length).NextBytes(noise);
        return noise;
    }
}
