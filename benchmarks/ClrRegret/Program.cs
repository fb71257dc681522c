using ClrEngine.Torch.Native;
using ClrRegret;
using TorchSharp;

// ClrRegret regret|confidence|schedules|claim|curves design|held-out|unseen|last|raw|claims|all [--tasks part;part] [--seeds 0,1,2] [--results folder] [--device cpu|cuda] [--table]
(string what, string half) = (args.ElementAtOrDefault(0) ?? "regret", args.ElementAtOrDefault(1) ?? "all");
string? Option(string name) => Array.IndexOf(args, "--" + name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

string[] parts = Option("tasks")?.Split(';') ?? [""];
int[] seeds = [.. (Option("seeds") ?? "0,1,2").Split(',').Select(int.Parse)];
IReadOnlyList<RegretTask>? all = half switch { "design" => RegretTasks.Design, "held-out" => RegretTasks.HeldOut, "unseen" => RegretTasks.Unseen, "last" => RegretTasks.Last, "raw" => RegretTasks.Raw, "claims" => RegretTasks.Claims, "all" => RegretTasks.All, _ => null };
RegretTask[] tasks = [.. (all ?? []).Where(t => parts.Any(p => $"{t.Family}: {t.Name}".Contains(p, StringComparison.OrdinalIgnoreCase))).Select(t => t with { Device = Option("device") ?? t.Device })];
if (tasks.Length == 0)
{
    Console.Error.WriteLine("Give regret, confidence, schedules, claim or curves, then design, held-out, unseen, last, raw, claims or all, and with --tasks parts of the names of: " + string.Join("; ", RegretTasks.All.Concat(RegretTasks.Raw).Concat(RegretTasks.Claims).Select(t => $"{t.Family}: {t.Name}")) + ".");
    return 2;
}
string folder = Directory.CreateDirectory(Option("results") ?? "benchmarks/ClrRegret/results").FullName;
var benchmark = new RegretBenchmark(folder, seeds);
var schedules = new ScheduleBenchmark(folder, seeds);
var claim = new ClaimBenchmark(folder, seeds);
// What each rule said is stored, and what came of it.
if (what != "confidence" && !args.Contains("--table"))
{
    // One thread: the figures are then the same however many cores there are.
    TorchLibrary.EnsureLoaded();
    torch.set_num_threads(1);
    foreach (RegretTask task in tasks)
    {
        if (what == "claim")
            claim.Measure(task);
        else if (what == "curves")
            Console.WriteLine(benchmark.Curve(task));
        else
            benchmark.Measure(task);
        if (what == "schedules")
            schedules.Measure(task);
        Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss} {task.Family}: {task.Name}");
    }
}
RegretResult[] known = [.. tasks.Select(benchmark.Read).OfType<RegretResult>()];
Console.Write(what switch
{
    "confidence" => ConfidenceTable.Write(benchmark, RegretTasks.All.Concat(RegretTasks.Raw)),
    "schedules" => schedules.Table(tasks),
    "claim" => claim.Table(tasks),
    "curves" => "",
    _ => known.Length == 0 ? "" : RegretTable.Write(known),
});
return 0;
