using System.Security.Cryptography;
using ClrEngine.Data;
using ClrEngine.Files;

// Windows, which has no modes, is skipped.
#pragma warning disable CA1416

namespace ClrEngine.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_replaced_and_nothing_stays_beside_it()
    {
        AtomicFile.Write(At("a.txt"), "first");
        AtomicFile.Write(At("a.txt"), "ä");
        Assert.Equal([0xC3, 0xA4], File.ReadAllBytes(At("a.txt")));
        AtomicFile.Write(At("a.txt"), [1, 2]);
        Assert.Equal([1, 2], File.ReadAllBytes(At("a.txt")));
        Assert.Equal([At("a.txt")], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_name_may_be_as_long_as_names_can_be()
    {
        string name = new('n', 255);
        AtomicFile.Write(At(name), "text");
        Assert.Equal("text", File.ReadAllText(At(name)));
    }

    // As on a full disk: the folder is there, and a file in it cannot be made.
    [Fact]
    public void A_folder_where_a_file_is_wanted_is_said_and_a_file_in_the_way_of_a_folder_is_not_called_one()
    {
        Directory.CreateDirectory(_folder.At("folder"));
        Assert.Contains("it is a folder", Assert.Throws<FileNotWrittenException>(() => AtomicFile.Write(_folder.At("folder"), "x")).Message, StringComparison.Ordinal);
        File.WriteAllText(_folder.At("file"), "x");
        Assert.DoesNotContain("it is a folder", Assert.Throws<FileNotWrittenException>(() => AtomicFile.RequireWritableFolder(_folder.At("file"))).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("it is a folder", new FileNotWrittenException(_folder.At("folder"), new IOException("No space left on device")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hash_is_that_of_the_content()
    {
        byte[] content = [.. Enumerable.Range(0, 100_000).Select(static i => (byte)i)];
        string hash = AtomicFile.WriteHashed(At("a.bin"), stream => stream.Write(content));
        Assert.Equal(Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(At("a.bin")))), hash, ignoreCase: true);
        Assert.Equal(content, File.ReadAllBytes(At("a.bin")));
    }

    [Fact]
    public void Where_writing_fails_the_old_file_stays()
    {
        AtomicFile.Write(At("a.txt"), "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(At("a.txt"), stream =>
        {
            stream.Write([1, 2, 3]);
            throw new InvalidOperationException("half-way");
        }));
        Assert.Throws<FileNotWrittenException>(() => AtomicFile.Write(At("a.txt"), static _ => throw new IOException("full")));
        Assert.Equal("old", File.ReadAllText(At("a.txt")));
        Assert.Equal([At("a.txt")], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_folder_in_the_place_of_the_file_or_none_around_it_is_a_typed_error()
    {
        Directory.CreateDirectory(At("folder"));
        Assert.Contains("folder", Assert.Throws<FileNotWrittenException>(() => AtomicFile.Write(At("folder"), "text")).Message);
        Assert.Throws<FileNotWrittenException>(() => AtomicFile.Write(At("missing/a.txt"), "text"));
        Assert.Equal([At("folder")], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_link_is_replaced_and_a_folder_moves_as_a_whole()
    {
        AtomicFile.Write(At("one"), "1");
        AtomicFile.Write(At("two"), "2");
        AtomicFile.Link(At("link"), At("one"));
        AtomicFile.Link(At("link"), At("two"));
        Assert.Equal("2", File.ReadAllText(At("link")));
        Directory.CreateDirectory(At("new"));
        AtomicFile.Write(At("new/a"), "a");
        AtomicFile.MoveFolder(At("new"), At("place"));
        Assert.Equal("a", File.ReadAllText(At("place/a")));
        Assert.False(Directory.Exists(At("new")));
    }

    [Theory]
    [InlineData(0b110_000_000)]
    [InlineData(0b110_100_000)]
    [InlineData(0b100_100_100)]
    [InlineData(0b111_101_101)]
    [InlineData(0b110_110_110)]
    public void A_replaced_file_keeps_its_mode(int mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        AtomicFile.Write(At("a.txt"), "old");
        File.SetUnixFileMode(At("a.txt"), (UnixFileMode)mode);
        AtomicFile.Write(At("a.txt"), "new");
        Assert.Equal("new", File.ReadAllText(At("a.txt")));
        Assert.Equal((UnixFileMode)mode, File.GetUnixFileMode(At("a.txt")));
    }

    [Fact]
    public void What_is_written_beside_is_no_more_open_than_the_old_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        AtomicFile.Write(At("a.txt"), "old");
        File.SetUnixFileMode(At("a.txt"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        AtomicFile.Write(At("a.txt"), stream =>
        {
            string beside = Assert.Single(Directory.GetFiles(_folder.Path), static path => path.EndsWith(".tmp", StringComparison.Ordinal));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(beside));
            stream.WriteByte(1);
        });
    }

    [Theory]
    [InlineData("a.txt")]
    [InlineData("./a.txt")]
    [InlineData("other/b.txt")]
    [InlineData("other/../a.txt")]
    [InlineData("second")]
    [InlineData("other/missing.txt")]
    public void A_link_stays_and_its_target_is_written(string target)
    {
        Directory.CreateDirectory(At("other"));
        AtomicFile.Write(At("a.txt"), "old");
        AtomicFile.Write(At("other/b.txt"), "old");
        File.CreateSymbolicLink(At("second"), "other/b.txt");
        File.CreateSymbolicLink(At("link"), target);
        AtomicFile.Write(At("link"), "new");
        Assert.Equal(target, new FileInfo(At("link")).LinkTarget);
        Assert.Equal("new", File.ReadAllText(At("link")));
        Assert.Null(new FileInfo(At(target == "second" ? "other/b.txt" : target)).LinkTarget);
        Assert.DoesNotContain(_folder.AllFiles(), static path => path.EndsWith(".tmp", StringComparison.Ordinal));
    }

    // As the system does it: .. after a link is above the link's target.
    [Fact]
    public void A_link_within_a_linked_folder_leads_where_the_system_says()
    {
        Directory.CreateDirectory(At("one/two"));
        AtomicFile.Write(At("one/a.txt"), "old");
        AtomicFile.Write(At("a.txt"), "untouched");
        File.CreateSymbolicLink(At("one/two/link"), "../a.txt");
        Directory.CreateSymbolicLink(At("linked"), "one/two");
        AtomicFile.Write(At("linked/link"), "new");
        Assert.Equal("new", File.ReadAllText(At("one/a.txt")));
        Assert.Equal("untouched", File.ReadAllText(At("a.txt")));
    }

    [Fact]
    public void Links_that_lead_nowhere_are_a_typed_error()
    {
        File.CreateSymbolicLink(At("one"), "two");
        File.CreateSymbolicLink(At("two"), "one");
        File.CreateSymbolicLink(At("three"), "missing/a.txt");
        Assert.Throws<FileNotWrittenException>(() => AtomicFile.Write(At("one"), "new"));
        Assert.Throws<FileNotWrittenException>(() => AtomicFile.Write(At("three"), "new"));
        Assert.Equal("two", new FileInfo(At("one")).LinkTarget);
    }

    [Fact]
    public void Another_name_of_the_file_keeps_the_old_content()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test makes the name with ln.");
        AtomicFile.Write(At("a.txt"), "old");
        Run("ln", At("a.txt"), At("b.txt"));
        AtomicFile.Write(At("a.txt"), "new");
        Assert.Equal(("new", "old"), (File.ReadAllText(At("a.txt")), File.ReadAllText(At("b.txt"))));
    }

    [Fact]
    public void Roots_new_file_belongs_to_whom_the_old_one_did()
    {
        AtomicFile.Write(At("a.txt"), "old");
        User.GiveAway(At("a.txt"));
        AtomicFile.Write(At("a.txt"), "new");
        UnixStatus status = UnixStatus.Of(At("a.txt"))!.Value;
        Assert.Equal((65534u, 65534u), (status.Owner, status.Group));
    }

    [Fact]
    public void A_pipe_that_somebody_reads_is_written_and_stays_one()
    {
        using FileStream reader = OpenPipe();
        byte[] read = new byte[4];
        AtomicFile.Write(At("pipe"), "text");
        reader.ReadExactly(read);
        Assert.Equal("text"u8, read);
        Assert.False(UnixStatus.Of(At("pipe"))!.Value.IsFile);
    }

    [Fact]
    public async Task What_a_pipe_does_not_hold_waits_for_its_reader()
    {
        using FileStream reader = OpenPipe();
        byte[] written = new byte[1 << 20], read = new byte[1 << 20];
        new Random(1).NextBytes(written);
        Task writing = Task.Run(() => AtomicFile.Write(At("pipe"), written), TestContext.Current.CancellationToken);
        reader.ReadExactly(read);
        await writing;
        Assert.Equal(written, read);
    }

    [Fact]
    public async Task The_wait_for_a_reader_that_takes_nothing_ends_when_the_user_ends_it()
    {
        using FileStream reader = OpenPipe();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(() => ReadStop.During(
            () =>
            {
                AtomicFile.Write(At("pipe"), "what the pipe holds is written all the same");
                AtomicFile.Write(At("pipe"), new byte[1 << 20]);
                return true;
            },
            new CancellationToken(canceled: true))));
        Assert.Equal('w', reader.ReadByte());
    }

    [Fact]
    public void A_folder_that_cannot_be_made_says_what_lies_in_its_way()
    {
        File.WriteAllText(At("file"), "");
        File.CreateSymbolicLink(At("lost"), "nowhere");
        File.CreateSymbolicLink(At("toFile"), "file");
        Assert.All((string[])["file", "file/a", "file/a/b"], name => Says(name, $"'{At("file")}' is a file."));
        Assert.All((string[])["lost", "lost/a"], name => Says(name, $"'{At("lost")}' is a link to 'nowhere', where no folder is."));
        Says("toFile/a", $"'{At("toFile")}' is a link to 'file', where no folder is.");
        Assert.Equal($"'{At("no/a")}' cannot be written: the folder '{At("no")}' is not there.", Assert.Throws<FileNotWrittenException>(() => AtomicFile.Write(At("no/a"), "")).Message);
        Assert.Equal($"'{At("file/a")}' cannot be written: '{At("file")}' is a file.", Assert.Throws<FileNotWrittenException>(() => AtomicFile.Write(At("file/a"), "")).Message);
        Assert.Equal((true, true, !OperatingSystem.IsLinux()), (FilePlace.IsTaken(At("file")), FilePlace.IsTaken(At("toFile")), FilePlace.IsTaken(At("lost"))));
        AtomicFile.Write(At("lost"), "text");
        Assert.Equal("text", File.ReadAllText(At("nowhere")));
        Directory.CreateSymbolicLink(At("toFolder"), Path.GetDirectoryName(At("file"))!);
        AtomicFile.RequireWritableFolder(At("toFolder/a/b"));

        void Says(string name, string obstacle) =>
            Assert.Equal($"'{At(name)}' cannot be written: {obstacle}", Assert.Throws<FileNotWrittenException>(() => AtomicFile.RequireWritableFolder(At(name))).Message);
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("link")]
    public void A_pipe_that_nobody_reads_is_refused_at_once(string name)
    {
        OpenPipe().Dispose();
        File.CreateSymbolicLink(At("link"), "pipe");
        string said = Assert.Throws<FileNotWrittenException>(() => AtomicFile.Write(At(name), "text")).Message;
        Assert.Equal($"'{At(name)}' cannot be written: nobody reads from this pipe; start its reader first.", said);
    }

    [Fact]
    public void A_file_that_this_process_has_open_is_written_where_it_stands_and_not_replaced()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux alone has names for what is open.");
        using (var open = new FileStream(At("out.txt"), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0))
        {
            open.Write("one "u8);
            string name = $"/dev/fd/{open.SafeFileHandle.DangerousGetHandle()}";
            File.CreateSymbolicLink(At("link"), name);
            Assert.False(FilePlace.IsTaken(name));
            AtomicFile.Write(name, "two ");
            AtomicFile.Write(At("link"), "three ");
            open.Seek(0, SeekOrigin.End);
            open.Write("four"u8);
        }
        Assert.Equal("one two three four", File.ReadAllText(At("out.txt")));
        Assert.True(FilePlace.IsTaken(At("out.txt")));
        AtomicFile.Write("/dev/null", "text");
        Assert.False(FilePlace.IsTaken("/dev/null"));
    }

    // Open for both, which does not wait for anybody.
    private FileStream OpenPipe()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux says what a pipe is.");
        Run("mkfifo", At("pipe"));
        return new FileStream(At("pipe"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private string At(string name) => Path.Combine(_folder.Path, name);
}
