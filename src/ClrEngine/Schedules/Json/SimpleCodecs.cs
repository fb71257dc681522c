namespace ClrEngine.Schedules.Json;

/// <summary>The schedules of two or three numbers.</summary>
internal static class SimpleCodecs
{
    public static readonly ScheduleCodec[] All =
    [
        new ScheduleCodec<ConstantSchedule>(
            "constant",
            (schedule, writer) =>
            {
                writer.Number("learningRate", schedule.LearningRate);
                writer.Number("momentum", schedule.Momentum);
            },
            reader => new ConstantSchedule(reader.Number("learningRate"), reader.OptionalNumber("momentum"))),
        new ScheduleCodec<ExponentialSweep>(
            "exponentialSweep",
            (sweep, writer) => Sweep(writer, sweep.StartLr, sweep.EndLr, sweep.Iterations),
            reader => new ExponentialSweep(reader.Number("startLr"), reader.Number("endLr"), reader.WholeNumber("iterations"))),
        new ScheduleCodec<LinearSweep>(
            "linearSweep",
            (sweep, writer) => Sweep(writer, sweep.StartLr, sweep.EndLr, sweep.Iterations),
            reader => new LinearSweep(reader.Number("startLr"), reader.Number("endLr"), reader.WholeNumber("iterations"))),
    ];

    private static void Sweep(ScheduleFieldWriter writer, double startLr, double endLr, long iterations)
    {
        writer.Number("startLr", startLr);
        writer.Number("endLr", endLr);
        writer.WholeNumber("iterations", iterations);
    }
}
