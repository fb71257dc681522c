using System.Buffers.Binary;

namespace ClrEngine.Tests.Torch.Native;

public sealed class ElfSymbolVersionPatchTests
{
    private static readonly ElfSymbolVersionPatch Patch = ElfSymbolVersionPatch.IosBaseLibraryInit;

    [Fact]
    public void the_packages_library_needs_the_patch()
        => Assert.True(Patch.IsNeededBy(RealPackages.LinuxBridgeBytes()));

    [Fact]
    public void a_patched_library_needs_the_patch_no_more()
        => Assert.False(Patch.IsNeededBy(Patch.Apply(RealPackages.LinuxBridgeBytes())));

    [Fact]
    public void patching_keeps_the_length_and_changes_few_bytes()
    {
        byte[] source = RealPackages.LinuxBridgeBytes();
        byte[] patched = Patch.Apply(source);

        Assert.Equal(source.Length, patched.Length);
        // The flag and the version index are two bytes each, the rest is the symbol's name.
        Assert.InRange(source.Zip(patched).Count(pair => pair.First != pair.Second), 1, 4 + Patch.Symbol.Length);
    }

    [Fact]
    public void patching_twice_from_the_same_source_gives_the_same_bytes()
        => Assert.Equal(Patch.Apply(RealPackages.LinuxBridgeBytes()), Patch.Apply(RealPackages.LinuxBridgeBytes()));

    [Fact]
    public void patching_a_patched_library_changes_nothing()
    {
        byte[] once = Patch.Apply(RealPackages.LinuxBridgeBytes());

        Assert.Equal(once, Patch.Apply(once));
    }

    [Fact]
    public void patching_leaves_its_input_alone()
    {
        byte[] source = RealPackages.LinuxBridgeBytes();
        _ = Patch.Apply(source);

        Assert.Equal(RealPackages.LinuxBridgeBytes(), source);
    }

    [Fact]
    public void every_other_needed_version_stays_binding()
    {
        List<ElfVersionNeed> needs = ElfVersionNeed.All(new ElfImage(Patch.Apply(RealPackages.LinuxBridgeBytes())));

        Assert.Equal([Patch.Version], needs.Where(need => need.IsWeak).Select(need => need.Name));
        Assert.Contains(needs, need => need.Name == "GLIBCXX_3.4.30");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(4096)]
    [InlineData(300_000)]
    [InlineData(-1)]
    public void a_truncated_library_is_refused(int length)
    {
        byte[] source = RealPackages.LinuxBridgeBytes();
        byte[] cut = length < 0 ? source[..^1] : source[..length];

        Assert.Throws<ElfPatchException>(() => Patch.Apply(cut));
    }

    [Theory]
    [InlineData(0, 0x4d, "not an ELF file")]
    [InlineData(4, 1, "not a 64-bit little-endian shared object")]
    [InlineData(5, 2, "not a 64-bit little-endian shared object")]
    [InlineData(16, 2, "not a 64-bit little-endian shared object")]
    [InlineData(58, 40, "no section table")]
    [InlineData(60, 0, "no section table")]
    [InlineData(47, 0x7f, "outside the file")]
    public void a_foreign_header_is_refused_by_name(int offset, byte value, string reason)
    {
        byte[] source = RealPackages.LinuxBridgeBytes();
        source[offset] = value;
        if (offset == 60)
            source[61] = 0;

        ElfPatchException refused = Assert.Throws<ElfPatchException>(() => Patch.Apply(source));

        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void a_library_that_does_not_need_the_version_is_refused()
    {
        ElfSymbolVersionPatch other = Patch with { Version = "GLIBCXX_9.9.9" };

        Assert.Contains("does not need GLIBCXX_9.9.9", Refusal(other, RealPackages.LinuxBridgeBytes()), StringComparison.Ordinal);
    }

    [Fact]
    public void a_version_that_more_symbols_ask_for_is_refused()
    {
        ElfSymbolVersionPatch other = Patch with { Version = "GLIBCXX_3.4" };

        Assert.Contains("in place of an undefined '_ZSt21ios_base_library_initv' alone", Refusal(other, RealPackages.LinuxBridgeBytes()), StringComparison.Ordinal);
    }

    [Fact]
    public void another_symbol_of_that_version_is_refused()
        => Assert.Contains("'_ZSt21ios_base_library_initv' in place of", Refusal(Patch with { Symbol = "abs" }, RealPackages.LinuxBridgeBytes()), StringComparison.Ordinal);

    [Fact]
    public void a_replacement_that_does_not_fit_is_refused()
        => Assert.Contains("cannot be overwritten", Refusal(Patch with { Replacement = new string('x', 60) }, RealPackages.LinuxBridgeBytes()), StringComparison.Ordinal);

    [Fact]
    public void a_broken_chain_of_versions_is_refused()
    {
        byte[] source = RealPackages.LinuxBridgeBytes();
        ElfSection needs = new ElfImage(source).Section(ElfImage.VersionNeeds);
        BinaryPrimitives.WriteUInt32LittleEndian(source.AsSpan(needs.Offset + 12), 1);

        Assert.Contains("chain", Refusal(Patch, source), StringComparison.Ordinal);
    }

    [Fact]
    public void a_name_that_another_symbol_shares_is_not_overwritten()
    {
        byte[] source = RealPackages.LinuxBridgeBytes();
        ElfImage image = new(source);
        ElfSection symbols = image.Section(ElfImage.DynamicSymbols);
        uint[] names = [.. Enumerable.Range(0, symbols.Size / 24).Select(i => image.U32(symbols.Offset + (i * 24)))];
        uint name = names.Single(name => image.Text(image.Linked(symbols), name) == Patch.Symbol);
        int other = Array.FindIndex(names, candidate => candidate != name && candidate != 0);
        BinaryPrimitives.WriteUInt32LittleEndian(source.AsSpan(symbols.Offset + (other * 24)), name + 4);

        Assert.Contains("cannot be overwritten", Refusal(Patch, source), StringComparison.Ordinal);
    }

    private static string Refusal(ElfSymbolVersionPatch patch, byte[] library)
        => Assert.Throws<ElfPatchException>(() => patch.Apply(library)).Reason;
}
