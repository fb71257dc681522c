using System.Buffers.Binary;
using System.Text;

namespace ClrEngine.Torch.Native;

/// <summary>
/// Frees a shared object from a symbol version that only one harmless symbol asks for: the need becomes weak, the
/// symbol loses its version and takes the name of a function that every system exports. A pure function over bytes.
/// </summary>
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
    public bool IsNeededBy(ReadOnlyMemory<byte> library)
        => ElfVersionNeed.All(new ElfImage(library)).Any(need => need.Name == Version && !need.IsWeak);

    /// <summary>The patched library; the same bytes where it is patched already.</summary>
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

/// <summary>One version of another library's symbols that a shared object needs; the loader does not insist on a weak one. Symbols refer to it by its index.</summary>
internal sealed record ElfVersionNeed(string Name, uint NameIndex, long FlagsOffset, bool IsWeak, int Index)
{
    // VER_FLG_WEAK.
    public const ushort Weak = 2;

    /// <summary>All needs of a file, in its order: the chains of Verneed and Vernaux records.</summary>
    public static List<ElfVersionNeed> All(ElfImage image)
    {
        ElfSection section = image.Section(ElfImage.VersionNeeds);
        ElfSection strings = image.Linked(section);
        List<ElfVersionNeed> needs = [];
        long file = section.Offset;
        while (true)
        {
            long entry = file + image.U32(file + 8);
            for (int left = image.U16(file + 2); left > 0; left--)
            {
                uint name = image.U32(entry + 8);
                ushort flags = image.U16(entry + 4);
                needs.Add(new(image.Text(strings, name), name, entry + 4, (flags & Weak) != 0, image.U16(entry + 6) & 0x7fff));
                entry += left > 1 ? Forward(image.U32(entry + 12)) : 0;
            }

            uint next = image.U32(file + 12);
            if (next == 0)
                return needs;
            file += Forward(next);
        }
    }

    // A record is 16 bytes, so a shorter step is no step, and a chain that only goes forward ends.
    private static uint Forward(uint step) => step >= 16 ? step : throw new ElfPatchException("its chain of needed versions is broken");
}

/// <summary>A section of an ELF file: its type, its place in the file, the index of the section it refers to.</summary>
internal readonly record struct ElfSection(uint Type, int Offset, int Size, int Link);

/// <summary>
/// Reads a 64-bit little-endian ELF shared object, with every access checked against the file's length.
/// Layouts are those of the System V ABI and, for symbol versions, of the Linux Standard Base.
/// </summary>
internal sealed class ElfImage
{
    public const uint DynamicSymbols = 11;
    public const uint VersionNeeds = 0x6ffffffe;
    public const uint VersionIndices = 0x6fffffff;

    private const int HeaderSize = 64;
    private const int SectionHeaderSize = 64;
    private const uint NoBits = 8;
    private const ushort SharedObject = 3;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly ElfSection[] _sections;

    public ElfImage(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
        if (bytes.Length < HeaderSize || !bytes.Span.StartsWith("\u007fELF"u8))
            throw new ElfPatchException("it is not an ELF file");
        if (bytes.Span[4] != 2 || bytes.Span[5] != 1 || U16(16) != SharedObject)
            throw new ElfPatchException("it is not a 64-bit little-endian shared object");

        long table = Offset(40);
        int count = U16(60);
        if (U16(58) != SectionHeaderSize || count == 0)
            throw new ElfPatchException("it has no section table of the usual form");
        _ = At(table, count * SectionHeaderSize);
        _sections = [.. Enumerable.Range(0, count).Select(i => ReadSection(table + ((long)i * SectionHeaderSize)))];
    }

    public ElfSection Section(uint type)
    {
        ElfSection[] found = [.. _sections.Where(section => section.Type == type)];
        return found.Length == 1 ? found[0] : throw new ElfPatchException($"it has {found.Length} sections of type 0x{type:x} in place of one");
    }

    public ElfSection Linked(ElfSection section)
        => section.Link < _sections.Length ? _sections[section.Link] : throw new ElfPatchException("a section refers to one that is not there");

    public ushort U16(long offset) => BinaryPrimitives.ReadUInt16LittleEndian(At(offset, 2));

    public uint U32(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(At(offset, 4));

    /// <summary>The zero-terminated string at <paramref name="index"/> of a string section.</summary>
    public string Text(ElfSection strings, uint index)
    {
        if (index >= strings.Size)
            throw new ElfPatchException("a name lies outside the string table");
        ReadOnlySpan<byte> tail = At(strings.Offset, strings.Size)[(int)index..];
        int length = tail.IndexOf((byte)0);
        return length < 0 ? throw new ElfPatchException("a name does not end") : Encoding.ASCII.GetString(tail[..length]);
    }

    private ElfSection ReadSection(long header)
    {
        uint type = U32(header + 4);
        int offset = Offset(header + 24);
        int size = Offset(header + 32);
        if (type != NoBits)
            _ = At(offset, size);
        return new(type, offset, size, (int)Math.Min(U32(header + 40), int.MaxValue));
    }

    private int Offset(long at)
    {
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(At(at, 8));
        return value <= int.MaxValue ? (int)value : throw new ElfPatchException("an offset lies outside the file");
    }

    private ReadOnlySpan<byte> At(long offset, int size)
        => offset >= 0 && offset <= _bytes.Length - size
            ? _bytes.Span.Slice((int)offset, size)
            : throw new ElfPatchException("it is cut short");
}
