using System.Buffers.Binary;
using System.Text;

namespace ClrEngine.Torch.Native;

/// <summary>
/// Frees a shared object from a symbol version that only one harmless symbol asks for: the need becomes weak, the
/// symbol loses its version and takes the name of a function that every system exports. A pure function over bytes.
/// </summary>
/// <param name="Version">The version to be freed from.</param>
/// <param name="Symbol">The one undefined symbol of that version.</param>
/// <param name="Replacement">The function to import in its place; its name is no longer than the symbol's.</param>
internal sealed record ElfSymbolVersionPatch(string Version, string Symbol, string Replacement)
{
    private const int SymbolSize = 24;
    private const ushort GlobalVersion = 1;

    /// <summary>
    /// Code compiled by GCC 13 refers to a function that initializes the standard streams. It is empty there, and
    /// older runtimes, which lack it, initialize the streams from each object file.
    /// </summary>
    public static ElfSymbolVersionPatch IosBaseLibraryInit { get; } = new("GLIBCXX_3.4.32", "_ZSt21ios_base_library_initv", "sched_yield");

    /// <summary>True if the loader would insist on <see cref="Version"/>.</summary>
    /// <exception cref="ElfPatchException">It is not a shared object that this reads.</exception>
    public bool IsNeededBy(ReadOnlyMemory<byte> library)
        => ElfVersionNeed.All(new ElfImage(library)).Any(need => need.Name == Version && !need.IsWeak);

    /// <summary>The patched library; the same bytes where it is patched already.</summary>
    /// <exception cref="ElfPatchException">It does not need the version, or more than the one symbol does.</exception>
    public byte[] Apply(ReadOnlyMemory<byte> library)
    {
        ElfImage image = new(library);
        List<ElfVersionNeed> needs = ElfVersionNeed.All(image);
        ElfVersionNeed need = needs.FirstOrDefault(need => need.Name == Version) ?? throw new ElfPatchException($"it does not need {Version}");
        ElfSection symbols = image.Section(ElfImage.DynamicSymbols);
        ElfSection strings = image.Linked(symbols);
        ElfSection indices = image.Section(ElfImage.VersionIndices);
        int count = symbols.Size / SymbolSize;
        if (indices.Size != count * 2)
            throw new ElfPatchException("it has not one version for each symbol");

        int[] bound = [.. Enumerable.Range(0, count).Where(i => (image.U16(indices.Offset + (i * 2)) & 0x7fff) == need.Index)];
        byte[] patched = library.ToArray();
        if (need.IsWeak && bound.Length == 0)
            return patched;

        string[] names = [.. bound.Select(i => image.Text(strings, NameIndex(i)))];
        if (names is not [var only] || only != Symbol || image.U16(symbols.Offset + (bound[0] * SymbolSize) + 6) != 0)
            throw new ElfPatchException($"{Version} belongs to '{string.Join("', '", names)}' in place of an undefined '{Symbol}' alone");

        uint name = NameIndex(bound[0]);
        IEnumerable<uint> others = Enumerable.Range(0, count).Where(i => i != bound[0]).Select(NameIndex).Concat(needs.Select(other => other.NameIndex));
        // A linker may let a name end inside another one.
        bool isShared = name == 0 || patched[strings.Offset + (int)name - 1] != 0 || others.Any(other => other >= name && other <= name + Symbol.Length);
        if (isShared || Replacement.Length > Symbol.Length)
            throw new ElfPatchException($"the name '{Symbol}' cannot be overwritten");

        BinaryPrimitives.WriteUInt16LittleEndian(patched.AsSpan((int)need.FlagsOffset), (ushort)(image.U16(need.FlagsOffset) | ElfVersionNeed.Weak));
        BinaryPrimitives.WriteUInt16LittleEndian(patched.AsSpan(indices.Offset + (bound[0] * 2)), GlobalVersion);
        Span<byte> text = patched.AsSpan(strings.Offset + (int)name, Symbol.Length);
        text.Clear();
        Encoding.ASCII.GetBytes(Replacement, text);
        return patched;

        uint NameIndex(int symbol) => image.U32(symbols.Offset + (symbol * SymbolSize));
    }
}
