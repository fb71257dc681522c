namespace ClrEngine.Schedules.Json;

internal static class CyclicCodec
{
    public static readonly ScheduleCodec Codec = new ScheduleCodec<CyclicSchedule>("cyclic", Write, Read);

    private static void Write(CyclicSchedule schedule, ScheduleFieldWriter writer)
    {
        writer.Number("baseLr", schedule.BaseLr);
        writer.Number("maxLr", schedule.MaxLr);
        writer.WholeNumber("stepSizeUp", schedule.StepSizeUp);
        writer.WholeNumber("stepSizeDown", schedule.StepSizeDown);
        writer.Word("mode", schedule.Mode);
        writer.Number("gamma", schedule.Gamma);
        writer.Flag("cycleMomentum", schedule.CycleMomentum);
        writer.Number("baseMomentum", schedule.BaseMomentum);
        writer.Number("maxMomentum", schedule.MaxMomentum);
        writer.Function("scaleFunction", schedule.ScaleFunction);
        writer.Number("cycleMul", schedule.CycleMul);
        writer.Number("cycleDecay", schedule.CycleDecay);
        writer.WholeNumber("cycleLimit", schedule.CycleLimit);
        writer.Flag("decayBase", schedule.DecayBase);
    }

    private static CyclicSchedule Read(ScheduleFieldReader reader) => new(
        reader.Number("baseLr"),
        reader.Number("maxLr"),
        reader.WholeNumber("stepSizeUp"),
        reader.WholeNumber("stepSizeDown"),
        reader.Word<CyclicMode>("mode"),
        reader.Number("gamma"),
        reader.Flag("cycleMomentum"),
        reader.Number("baseMomentum"),
        reader.Number("maxMomentum"),
        reader.Function("scaleFunction"),
        reader.Number("cycleMul"),
        reader.Number("cycleDecay"),
        reader.OptionalWholeNumber("cycleLimit"),
        reader.Flag("decayBase"));
}
