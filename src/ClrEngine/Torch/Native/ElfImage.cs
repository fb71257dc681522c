using System.Buffers.Binary;
using System.Text;

namespace ClrEngine.Torch.Native;

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

    /// <exception cref="ElfPatchException">It is not such a file, or it is cut short.</exception>
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
        _sections = new ElfSection[count];
        for (int i = 0; i < count; i++)
            _sections[i] = ReadSection(table + ((long)i * SectionHeaderSize));
    }

    /// <summary>The one section of a type.</summary>
    public ElfSection Section(uint type)
    {
        ElfSection[] found = [.. _sections.Where(section => section.Type == type)];
        return found.Length == 1 ? found[0] : throw new ElfPatchException($"it has {found.Length} sections of type 0x{type:x} in place of one");
    }

    /// <summary>The section that <paramref name="section"/> refers to.</summary>
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
