using Newtonsoft.Json;

namespace ClrFigures.Model;

/// <summary>Writes numbers as JSON knows them: NaN and infinity become null, which plotly.js draws as a gap.</summary>
internal sealed class FiniteNumberConverter : JsonConverter<double>
{
    public override bool CanRead => false;

    public override void WriteJson(JsonWriter writer, double value, JsonSerializer serializer)
    {
        if (double.IsFinite(value))
            writer.WriteValue(value);
        else
            writer.WriteNull();
    }

    public override double ReadJson(JsonReader reader, Type objectType, double existingValue, bool hasExistingValue, JsonSerializer serializer) =>
        throw new NotSupportedException("Figures are only written.");
}
