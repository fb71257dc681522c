using System.Reflection;
using System.Runtime.Loader;
using ClrEngine.Torch.Logs;

namespace ClrModule.Commands.Training;

/// <summary>
/// Sends a run's metrics to a collector of OpenTelemetry while it trains, where the standard environment variables name one. Nothing that goes wrong there
/// costs the run more than one warning and, at its end, a few seconds.
/// </summary>
internal sealed class MetricsExport : IDisposable
{
    private const int EndMilliseconds = 5000;

    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

    private static AssemblyLoadContext? s_exporter;

    private readonly Func<int, bool>? _end;
    private readonly Action<string> _warn;

    /// <summary>Begins to send where that is asked for.</summary>
    /// <param name="warn">Takes at most one warning.</param>
    public MetricsExport(Action<string> warn)
    {
        _warn = warn;
        if (!IsAskedFor())
            return;
        try
        {
            s_exporter ??= new ExporterContext();
            MethodInfo start = s_exporter.LoadFromAssemblyName(new AssemblyName(ExporterContext.Exporter)).GetType("ClrTelemetry.MetricsExporter", throwOnError: true)!.GetMethod("Start")!;
            _end = start.CreateDelegate<Func<string, Func<int, bool>>>()(RunMeter.MeterName);
        }
        // Such as a host that stands on .NET 8 or 9, or a protocol that the exporter does not know.
        catch (Exception failure)
        {
            warn($"No metrics are sent by OpenTelemetry{(Environment.Version.Major < 10 ? ", which needs PowerShell 7.6 or newer" : "")}: {failure.GetBaseException().Message}");
        }
    }

    /// <summary>Sends the last values.</summary>
    public void Dispose()
    {
        if (_end?.Invoke(EndMilliseconds) == false)
            _warn($"The metrics of the run's end could not be sent to '{Endpoints.Select(Environment.GetEnvironmentVariable).First(endpoint => !string.IsNullOrEmpty(endpoint))}': see that a collector of OpenTelemetry answers there, and that OTEL_EXPORTER_OTLP_PROTOCOL (grpc or http/protobuf) is its own.");
    }

    // https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables
    private static bool IsAskedFor() =>
        Endpoints.Any(static name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
        && !string.Equals(Environment.GetEnvironmentVariable("OTEL_SDK_DISABLED")?.Trim(), "true", StringComparison.OrdinalIgnoreCase)
        && (Environment.GetEnvironmentVariable("OTEL_METRICS_EXPORTER") is not { Length: > 0 } exporters || exporters.Split(',', StringSplitOptions.TrimEntries).Contains("otlp"));

    // What lies in the exporter's folder comes from there, whatever other modules have loaded; all else is the host's.
    private sealed class ExporterContext() : AssemblyLoadContext(Exporter)
    {
        public const string Exporter = "ClrTelemetry";

        private static readonly string Folder = Path.Combine(Path.GetDirectoryName(typeof(MetricsExport).Assembly.Location)!, "telemetry");

        protected override Assembly? Load(AssemblyName assemblyName) =>
            Path.Combine(Folder, assemblyName.Name + ".dll") is var path && File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
