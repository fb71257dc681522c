using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace ClrTelemetry;

/// <summary>
/// Sends the metrics of a meter by OpenTelemetry's own exporter (OTLP), which reads the standard environment variables. In an assembly of its own, so that
/// it and the packages behind it are loaded only where metrics are sent, and apart from those of other modules.
/// </summary>
public static class MetricsExporter
{
    /// <summary>Begins to send.</summary>
    /// <param name="meter">The meter's name.</param>
    /// <returns>Sends what is new, in at most so many milliseconds, and ends; false where it could not be sent.</returns>
    public static Func<int, bool> Start(string meter)
    {
        MeterProvider provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter).AddOtlpExporter(ForMetrics).Build();
        return timeout =>
        {
            // The exporter waits for its own time; whether it could send is said only here.
            Task<bool> flush = Task.Run(() => provider.ForceFlush());
            bool isSent = flush.Wait(timeout) && flush.Result;
            if (isSent)
                provider.Dispose();
            else
                _ = Task.Run(provider.Dispose);
            return isSent;
        };
    }

    // What is said of metrics goes before what is said of all signals, as the specification has it; the exporter alone knows the latter.
    private static void ForMetrics(OtlpExporterOptions options)
    {
        if (Of("PROTOCOL") is { } protocol)
            options.Protocol = protocol switch
            {
                "grpc" => OtlpExportProtocol.Grpc,
                "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
                _ => throw new NotSupportedException($"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL is '{protocol}': give grpc or http/protobuf."),
            };
        if (Of("ENDPOINT") is { } endpoint)
            options.Endpoint = new Uri(endpoint);
        if (Of("HEADERS") is { } headers)
            options.Headers = headers;
        if (Of("TIMEOUT") is { } timeout)
            options.TimeoutMilliseconds = int.Parse(timeout, CultureInfo.InvariantCulture);

        static string? Of(string name) => Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_METRICS_" + name) is { Length: > 0 } value ? value : null;
    }
}
