using FsCheck;
using FsCheck.Fluent;

namespace ClrEngine.Tests.Schedules;

/// <summary>Schedules of every kind, every field of which is drawn: a field that is added to a constructor is drawn too.</summary>
internal static class RandomSchedules
{
    /// <summary>The texts of scale functions, and what they stand for.</summary>
    public static Func<double, double> Compile(string text) => x => text.Length / (1 + Math.Abs(x));

    public static Arbitrary<ILrSchedule> Any { get; } = Gen.Choose(0, int.MaxValue)
        .Select(seed => Draw(new Random(seed), depth: 3))
        .ToArbitrary();

    private static ILrSchedule Draw(Random random, int depth)
    {
        while (true)
        {
            ScheduleKind kind = ScheduleKind.All[random.Next(ScheduleKind.All.Count)];
            if (depth == 0 && kind.Fields.Any(field => field.Type.IsAssignableFrom(typeof(ILrSchedule)) || field.Type == typeof(IReadOnlyList<ILrSchedule>)))
                continue;
            try
            {
                return kind.Make(field => Draw(random, field.Name, field.Type, depth - 1));
            }
            catch (InvalidParameterException)
            {
                // Some draws break a rule between fields, such as a function that goes with one mode alone.
            }
        }
    }

    private static object? Draw(Random random, string name, Type type, int depth)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
            return random.Next(3) == 0 ? null : Draw(random, name, value, depth);
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(random.Next(Enum.GetValues(type).Length));
        if (type == typeof(ScaleFunction))
            return random.Next(3) > 0 ? null : ScaleFunctionOf(random);
        if (type == typeof(ILrSchedule))
            return Draw(random, depth);
        if (type == typeof(IReadOnlyList<ILrSchedule>))
            return Enumerable.Range(0, random.Next(1, 4)).Select(_ => Draw(random, depth)).ToArray();
        if (type == typeof(IReadOnlyList<long>))
            return name == "Milestones" && random.Next(2) == 0 ? null : Enumerable.Range(0, random.Next(3)).Select(_ => random.NextInt64(1, 5000)).Order().ToArray();
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Double => Draw(random, name),
            TypeCode.Int64 when name.StartsWith("Hold", StringComparison.Ordinal) && random.Next(2) == 0 => 0L,
            TypeCode.Int64 => random.Next(4) == 0 ? random.NextInt64(1, 1L << 52) : random.NextInt64(1, 5000),
            TypeCode.Boolean => random.Next(2) == 0,
            _ => throw new NotSupportedException($"A schedule has a field of type {type}: say here how it is drawn."),
        };
    }

    // Names only help to meet the rules quickly.
    private static double Draw(Random random, string name) => name switch
    {
        "CycleMul" or "TMult" or "DivFactor" or "FinalDivFactor" => random.Next(3) == 0 ? 1 : 1.01 + random.NextDouble() * 30,
        "MaxLr" or "EndLr" or "MaxMomentum" => 0.5 + random.NextDouble() / 2,
        _ => random.NextDouble() / 2 * Math.Pow(10, -random.Next(3)),
    };

    private static ScaleFunction ScaleFunctionOf(Random random)
    {
        string text = $"1 / $_ # {random.Next()} \"'{{ü";
        return new ScaleFunction(Compile(text), random.Next(2) == 0 ? ScaleMode.Cycle : ScaleMode.Iterations, text);
    }
}
