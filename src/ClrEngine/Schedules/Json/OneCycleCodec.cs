namespace ClrEngine.Schedules.Json;

internal static class OneCycleCodec
{
    public static readonly ScheduleCodec Codec = new ScheduleCodec<OneCycleSchedule>("oneCycle", Write, Read);

    private static void Write(OneCycleSchedule schedule, ScheduleFieldWriter writer)
    {
        writer.Number("maxLr", schedule.MaxLr);
        writer.WholeNumber("totalSteps", schedule.TotalSteps);
        writer.Number("pctStart", schedule.PctStart);
        writer.Word("annealStrategy", schedule.AnnealStrategy);
        writer.Flag("threePhase", schedule.ThreePhase);
        writer.Number("divFactor", schedule.DivFactor);
        writer.Number("finalDivFactor", schedule.FinalDivFactor);
        writer.Flag("cycleMomentum", schedule.CycleMomentum);
        writer.Number("baseMomentum", schedule.BaseMomentum);
        writer.Number("maxMomentum", schedule.MaxMomentum);
        writer.Number("pctEnd", schedule.PctEnd);
    }

    private static OneCycleSchedule Read(ScheduleFieldReader reader) => new(
        reader.Number("maxLr"),
        reader.WholeNumber("totalSteps"),
        reader.Number("pctStart"),
        reader.Word<AnnealStrategy>("annealStrategy"),
        reader.Flag("threePhase"),
        reader.Number("divFactor"),
        reader.Number("finalDivFactor"),
        reader.Flag("cycleMomentum"),
        reader.Number("baseMomentum"),
        reader.Number("maxMomentum"),
        reader.OptionalNumber("pctEnd"));
}
