using System.Numerics;

namespace ClrEngine.Schedules;

/// <summary>
/// Fills a run of a cyclic schedule half a cycle at a time: the cycle is looked up once a half, and the rest is straight lines.
/// Each rate goes through the same operations in the same order as <see cref="CyclicSchedule.At"/>, so the bits agree.
/// </summary>
internal readonly ref struct TriangleFill(TriangleWave wave, CycleAmplitude amplitude, double baseLr, double maxLr)
{
    /// <summary>Fills the rates of the steps from <paramref name="from"/> on; from <paramref name="end"/> on the rate is held.</summary>
    public void Fill(Span<double> rates, long from, long end, CyclicSchedule schedule)
    {
        while (rates.Length > 0 && from < end)
        {
            int count = (int)Math.Min(rates.Length, end - from);
            count = Half(rates[..count], from, schedule);
            rates = rates[count..];
            from += count;
        }
        if (rates.Length > 0)
            rates.Fill(schedule.At(from).LearningRate);
    }

    private int Half(Span<double> rates, long from, CyclicSchedule schedule)
    {
        ScheduleCycle cycle = wave.CycleAt(from);
        long up = wave.UpOf(cycle);
        long position = from - cycle.Start;
        bool rising = position <= up;
        int count = (int)Math.Min(rates.Length, rising ? up + 1 - position : cycle.Length - position);
        rates = rates[..count];
        if (cycle.Length > 1L << 53 || schedule.Mode == CyclicMode.Custom)
            OneByOne(rates, from, schedule);
        else if (amplitude.Powers is { } powers)
            Shrinking(rates, from, rising ? position : cycle.Length - position, rising ? 1 : -1, rising ? up : cycle.Length - up, amplitude.OfCycle(cycle.Index), powers, schedule.DecayBase);
        else
            Line(rates, rising ? position : cycle.Length - position, rising ? 1 : -1, rising ? up : cycle.Length - up, amplitude.OfCycle(cycle.Index));
        return count;
    }

    private static void OneByOne(Span<double> rates, long from, CyclicSchedule schedule)
    {
        for (int i = 0; i < rates.Length; i++)
            rates[i] = schedule.At(from + i).LearningRate;
    }

    private void Line(Span<double> rates, double position, double direction, double size, double ofCycle)
    {
        int i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            Span<double> lanes = stackalloc double[Vector<double>.Count];
            for (int lane = 0; lane < lanes.Length; lane++)
                lanes[lane] = position + direction * lane;
            var at = new Vector<double>(lanes);
            var stride = new Vector<double>(direction * Vector<double>.Count);
            var sizes = new Vector<double>(size);
            var amplitudes = new Vector<double>(ofCycle);
            var low = new Vector<double>(baseLr);
            var high = new Vector<double>(maxLr);
            for (; i <= rates.Length - Vector<double>.Count; i += Vector<double>.Count, at += stride)
            {
                Vector<double> f = at / sizes * amplitudes;
                (low * (Vector<double>.One - f) + high * f).CopyTo(rates[i..]);
            }
        }
        for (; i < rates.Length; i++)
        {
            double f = (position + direction * i) / size * ofCycle;
            rates[i] = baseLr * (1 - f) + maxLr * f;
        }
    }

    private void Shrinking(Span<double> rates, long from, double position, double direction, double size, double ofCycle, GeometricPowers powers, bool decayBase)
    {
        ReadOnlySpan<double> within = powers.Within;
        double anchor = powers.Anchor(from);
        int offset = (int)(from & (GeometricPowers.Block - 1));
        for (int i = 0; i < rates.Length; i++, offset++)
        {
            if (offset == GeometricPowers.Block)
            {
                offset = 0;
                anchor = powers.Anchor(from + i);
            }
            double height = (position + direction * i) / size;
            double ofStep = anchor * within[offset];
            double f = height * (decayBase ? ofCycle : ofCycle * ofStep);
            double rate = baseLr * (1 - f) + maxLr * f;
            rates[i] = decayBase ? rate * ofStep : rate;
        }
    }
}
