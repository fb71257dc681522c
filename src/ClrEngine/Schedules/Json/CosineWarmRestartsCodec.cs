namespace ClrEngine.Schedules.Json;

internal static class CosineWarmRestartsCodec
{
    public static readonly ScheduleCodec Codec = new ScheduleCodec<CosineWarmRestartsSchedule>("cosineWarmRestarts", Write, Read);

    private static void Write(CosineWarmRestartsSchedule schedule, ScheduleFieldWriter writer)
    {
        writer.Number("maxLr", schedule.MaxLr);
        writer.WholeNumber("t0", schedule.T0);
        writer.Number("tMult", schedule.TMult);
        writer.Number("minLr", schedule.MinLr);
        writer.Number("cycleDecay", schedule.CycleDecay);
        writer.WholeNumber("cycleLimit", schedule.CycleLimit);
    }

    private static CosineWarmRestartsSchedule Read(ScheduleFieldReader reader) => new(
        reader.Number("maxLr"),
        reader.WholeNumber("t0"),
        reader.Number("tMult"),
        reader.Number("minLr"),
        reader.Number("cycleDecay"),
        reader.OptionalWholeNumber("cycleLimit"));
}
