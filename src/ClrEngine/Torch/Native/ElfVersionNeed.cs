namespace ClrEngine.Torch.Native;

/// <summary>One version of another library's symbols that a shared object needs.</summary>
/// <param name="Name">The version, such as <c>GLIBCXX_3.4.32</c>.</param>
/// <param name="NameIndex">Where the name stands in the string table.</param>
/// <param name="FlagsOffset">Where the entry's flags stand in the file.</param>
/// <param name="IsWeak">True if the loader does not insist on the version.</param>
/// <param name="Index">The number by which symbols refer to the version.</param>
internal sealed record ElfVersionNeed(string Name, uint NameIndex, long FlagsOffset, bool IsWeak, int Index)
{
    /// <summary>The flag that makes a need weak: VER_FLG_WEAK.</summary>
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
    private static uint Forward(uint step)
        => step >= 16 ? step : throw new ElfPatchException("its chain of needed versions is broken");
}
