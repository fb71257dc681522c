using ClrEngine.Torch.Native;
using ClrRegret;
using TorchSharp;

// ClrRegret regret|held-out|curves|claim [--tasks part,part] [--seeds 0,1,2] [--results file] [--curves folder]
string what = args.Length > 0 ? args[0] : "regret";
string? Option(string name) => Array.IndexOf(args, "--" + name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

string[] parts = Option("tasks")?.Split(',') ?? [""];
int[] seeds = [.. (Option("seeds") ?? "0,1,2").Split(',').Select(int.Parse)];
IReadOnlyList<RegretTask> all = what switch { "held-out" => RegretTasks.HeldOut, "claim" => RegretTasks.Claim, _ => RegretTasks.All };
RegretTask[] tasks = [.. all.Where(t => parts.Any(p => t.Name.Contains(p, StringComparison.OrdinalIgnoreCase)))];
if (tasks.Length == 0)
{
    Console.Error.WriteLine("No task is named so. There are: " + string.Join(", ", all.Select(t => t.Name)) + ".");
    return 2;
}
var store = new ResultStore(Option("results"));

// One thread: the figures are then the same however many cores there are.
TorchLibrary.EnsureLoaded();
torch.set_num_threads(1);

if (Option("curves") is { } folder)
    Directory.CreateDirectory(folder);
var benchmark = new RegretBenchmark(store, seeds, Option("curves"));
switch (what)
{
    case "curves":
        foreach (RegretTask task in tasks)
            benchmark.Sweep(task);
        return 0;
    case "regret" or "held-out":
        List<RegretResult> results = [];
        foreach (RegretTask task in tasks)
        {
            results.Add(benchmark.Measure(task));
            Console.Error.WriteLine($"{task.Name}: done");
        }
        Console.WriteLine(RegretTable.Write(results));
        return 0;
    case "claim":
        var claim = new ClaimBenchmark(seeds);
        Console.Write(ClaimBenchmark.Header);
        foreach (RegretTask task in tasks)
            Console.Write(claim.Measure(task));
        return 0;
    default:
        Console.Error.WriteLine("Give regret, held-out, curves or claim, and if wanted --tasks, --seeds and --results.");
        return 2;
}
