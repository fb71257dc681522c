namespace ClrEngine.Tests.Data;

public sealed class FolderLinksTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public FolderLinksTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there that tests do not have.");
        using TempFolder set = _folder.Inner("above/set");
        set.WriteSet("train", [0, 1, 0, 1]);
    }

    [Fact]
    public void The_folder_that_was_named_may_be_a_link_or_lie_behind_one()
    {
        Directory.CreateSymbolicLink(_folder.At("link"), _folder.At("above/set"));
        Directory.CreateSymbolicLink(_folder.At("upper"), _folder.At("above"));
        Assert.Equal(["0", "1"], DataCatalog.Default.Load(_folder.At("link")).Classes());
        Assert.Equal(["0", "1"], DataCatalog.Default.Load(_folder.At("upper/set")).Classes());
    }

    [Theory]
    [InlineData("../set/")]
    [InlineData("../../above/set/")]
    [InlineData("../../linked/")]
    public void A_link_within_it_may_not_lead_out(string way)
    {
        Directory.CreateSymbolicLink(_folder.At("linked"), _folder.At("above/set"));
        using TempFolder other = _folder.Inner("above/other");
        foreach (string file in Directory.EnumerateFiles(_folder.At("above/set")))
            File.CreateSymbolicLink(other.At(Path.GetFileName(file)), way + Path.GetFileName(file));
        Assert.Equal(DataErrors.Outside, Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(other.Path)).Cause);
        Directory.CreateSymbolicLink(_folder.At("link"), other.Path);
        Assert.Equal(DataErrors.Outside, Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(_folder.At("link"))).Cause);
    }

    [Fact]
    public void A_table_of_a_folder_may_not_lie_outside_and_one_that_is_named_may()
    {
        File.WriteAllText(_folder.At("table.csv"), "a,b\n1,x\n2,y\n3,x\n4,y\n");
        using TempFolder tables = _folder.Inner("tables");
        File.CreateSymbolicLink(tables.At("train.csv"), _folder.At("table.csv"));
        Assert.Equal(DataErrors.Outside, Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(tables.Path)).Cause);
        Assert.Equal(["x", "y"], DataCatalog.Default.Load(tables.At("train.csv")).Classes());
    }

    [Fact]
    public void A_link_from_place_to_place_within_it_is_followed()
    {
        using TempFolder other = _folder.Inner("other"), inner = _folder.Inner("other/inner");
        inner.WriteSet("train", [0, 1, 0, 1]);
        foreach (string file in Directory.EnumerateFiles(inner.Path)) File.CreateSymbolicLink(other.At(Path.GetFileName(file)), "inner/" + Path.GetFileName(file));
        Assert.Equal(["0", "1"], DataCatalog.Default.Load(other.Path).Classes());
        Directory.CreateSymbolicLink(_folder.At("link"), other.Path);
        Assert.Equal(["0", "1"], DataCatalog.Default.Load(_folder.At("link")).Classes());
    }

    [Fact]
    public void A_link_that_goes_round_is_refused()
    {
        File.CreateSymbolicLink(_folder.At("one"), _folder.At("other"));
        File.CreateSymbolicLink(_folder.At("other"), _folder.At("one"));
        Assert.Equal(DataErrors.Outside, Assert.Throws<DataFormatException>(() => new FolderLinks(_folder.Path).Check(_folder.At("one"))).Cause);
    }

    public void Dispose() => _folder.Dispose();
}
