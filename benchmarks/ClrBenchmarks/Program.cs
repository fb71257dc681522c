using ClrBenchmarks;
using ClrEngine.Errors;
using ClrEngine.Torch.Native;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["--child", string folder, string stream])
{
    TorchLibrary.EnsureLoaded();
    StreamedImages.Child(folder, bool.Parse(stream));
    return 0;
}
BenchmarkOptions? options = BenchmarkOptions.Parse(args);
if (options is null)
{
    Console.Error.WriteLine(BenchmarkOptions.Usage);
    return 2;
}
TorchLibrary.EnsureLoaded();
try
{
    TorchDevices.Resolve(options.Device);
}
catch (InvalidParameterException absent)
{
    Console.WriteLine(absent.Message);
    return 3;
}
var report = new Report(Console.Out, options.History);
report.Begin(options);
BenchmarkCatalog.Run(options, report);
return 0;
