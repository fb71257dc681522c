using ClrHelp;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Help;

/// <summary>The help of this checkout, read once.</summary>
internal static class ModulePages
{
    public static string Assembly { get; } = Path.Combine(Repository.Root, "bin", "ClrModule.dll");

    public static string Sources { get; } = Path.Combine(Repository.Root, "docs", "cmdlets");

    public static IReadOnlyList<CmdletPage> All { get; } = ModuleReader.Read(Assembly, Sources);
}
