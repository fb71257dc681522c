using System.Numerics;

namespace ClrEngine.Schedules;

/// <summary>
/// Fills a run of a cyclic schedule half a cycle at a time: the cycle is looked up once a half, and the rest is straight lines.
/// Where every cycle is alike, the first is copied. Each rate goes through the same operations in the same order as <see cref="CyclicSchedule.At"/>, so the bits agree.
/// </summary>
internal readonly ref struct TriangleFill(TriangleWave wave, CycleAmplitude amplitude, double baseLr, double maxLr)
{
    /// <summary>Fills the rates of the steps from <paramref name="from"/> on; from <paramref name="end"/> on the rate is held.</summary>
    public void Fill(Span<double> rates, long from, long end, CyclicSchedule schedule)
    {
        int moving = (int)Math.Min(rates.Length, Math.Max(0, end - from));
        bool repeats = amplitude.NeverChanges && wave.CycleMul == 1 && wave.CycleLength < moving;
        int computed = repeats ? (int)wave.CycleLength : moving;
        for (int done = 0; done < computed;)
            done += Half(rates[done..computed], from + done, schedule);
        for (int done = computed; done < moving; done += Math.Min(done, moving - done))
            rates[..Math.Min(done, moving - done)].CopyTo(rates[done..]);
        if (moving < rates.Length)
            rates[moving..].Fill(schedule.At(from + moving).LearningRate);
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
        var low = new Vector<double>(baseLr);
        var high = new Vector<double>(maxLr);
        Vector<double> at = Lanes(position, direction);
        for (; i <= rates.Length - Vector<double>.Count; i += Vector<double>.Count, at += new Vector<double>(direction * Vector<double>.Count))
        {
            Vector<double> f = at / new Vector<double>(size) * new Vector<double>(ofCycle);
            (low * (Vector<double>.One - f) + high * f).CopyTo(rates[i..]);
        }
        for (; i < rates.Length; i++)
        {
            double f = (position + direction * i) / size * ofCycle;
            rates[i] = baseLr * (1 - f) + maxLr * f;
        }
    }

    private void Shrinking(Span<double> rates, long from, double position, double direction, double size, double ofCycle, GeometricPowers powers, bool decayBase)
    {
        for (int done = 0; done < rates.Length;)
        {
            int offset = (int)((from + done) & (GeometricPowers.Block - 1));
            int count = Math.Min(rates.Length - done, GeometricPowers.Block - offset);
            ShrinkingBlock(rates.Slice(done, count), position + direction * done, direction, size, ofCycle, powers.Anchor(from + done), powers.Within.Slice(offset, count), decayBase);
            done += count;
        }
    }

    private void ShrinkingBlock(Span<double> rates, double position, double direction, double size, double ofCycle, double anchor, ReadOnlySpan<double> within, bool decayBase)
    {
        int i = 0;
        var low = new Vector<double>(baseLr);
        var high = new Vector<double>(maxLr);
        Vector<double> at = Lanes(position, direction);
        for (; i <= rates.Length - Vector<double>.Count; i += Vector<double>.Count, at += new Vector<double>(direction * Vector<double>.Count))
        {
            Vector<double> ofStep = new Vector<double>(anchor) * new Vector<double>(within[i..]);
            Vector<double> share = new Vector<double>(ofCycle) * (decayBase ? Vector<double>.One : ofStep);
            Vector<double> f = at / new Vector<double>(size) * share;
            Vector<double> rate = low * (Vector<double>.One - f) + high * f;
            (decayBase ? rate * ofStep : rate).CopyTo(rates[i..]);
        }
        for (; i < rates.Length; i++)
        {
            double ofStep = anchor * within[i];
            double f = (position + direction * i) / size * (decayBase ? ofCycle : ofCycle * ofStep);
            double rate = baseLr * (1 - f) + maxLr * f;
            rates[i] = decayBase ? rate * ofStep : rate;
        }
    }

    private static Vector<double> Lanes(double position, double direction)
    {
        Span<double> lanes = stackalloc double[Vector<double>.Count];
        for (int lane = 0; lane < lanes.Length; lane++)
            lanes[lane] = position + direction * lane;
        return new Vector<double>(lanes);
    }
}
