using System.Security.Cryptography;
using ClrEngine.Files;
using ClrEngine.Tests.Torch.Native;

namespace ClrEngine.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

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
        Directory.CreateDirectory(_folder.Combine("folder"));
        Assert.Contains("it is a folder", Assert.Throws<FileNotWrittenException>(() => AtomicFile.Write(_folder.Combine("folder"), "x")).Message, StringComparison.Ordinal);
        File.WriteAllText(_folder.Combine("file"), "x");
        Assert.DoesNotContain("it is a folder", Assert.Throws<FileNotWrittenException>(() => AtomicFile.RequireWritableFolder(_folder.Combine("file"))).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("it is a folder", new FileNotWrittenException(_folder.Combine("folder"), new IOException("No space left on device")).Message, StringComparison.Ordinal);
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

    private string At(string name) => Path.Combine(_folder.Path, name);
}
