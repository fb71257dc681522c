using ClrRegret;

// explore design|heldout part,part seeds file [shard/of]
string[] parts = args[2].Split(',');
IReadOnlyList<RegretTask> all = args[1] == "heldout" ? RegretTasks.HeldOut : RegretTasks.Design;
RegretTask[] tasks = [.. all.Where(t => parts.Any(p => (t.Family + ": " + t.Name).Contains(p, StringComparison.OrdinalIgnoreCase)))];
var explore = new Explore(args[4]);
foreach (int seed in args[3].Split(',').Select(int.Parse))
    foreach (RegretTask task in tasks)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        explore.Measure(task, seed);
        Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss} {task.Family}: {task.Name} seed {seed} {clock.Elapsed.TotalSeconds:F0} s");
    }
