using OpenTelemetry;
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
        MeterProvider provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter).AddOtlpExporter().Build();
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
}
