namespace ClrEngine.Schedules;

/// <summary>
/// Warm-up, a constant rate, and a decay at the end (WSD; Hu et al., arXiv 2404.06395, and Hägele et al., arXiv 2405.18392): until
/// the decay begins, the rate does not depend on the length of the run. It is a join of the schedules of this library.
/// </summary>
public static class WarmupStableDecay
{
    /// <summary>Makes the schedule. The decay reaches the lower rate when the steps are over, and the rate stays there.</summary>
    /// <param name="maxLr">The rate of the stable part.</param>
    /// <param name="totalSteps">Steps of the whole run.</param>
    /// <param name="warmupSteps">Steps of the warm-up; 0 for none.</param>
    /// <param name="decaySteps">Steps of the decay, at least 1.</param>
    /// <param name="shape">How the decay falls.</param>
    /// <param name="minLr">The rate where the decay ends, below <paramref name="maxLr"/>.</param>
    /// <param name="power">The power of a polynomial decay.</param>
    /// <param name="startFactor">The share of the rate at step 0 of a warm-up, in (0, 1].</param>
    /// <exception cref="InvalidParameterException">A value is outside its range, or the parts are longer than the whole.</exception>
    public static ILrSchedule Make(
        double maxLr,
        long totalSteps,
        long warmupSteps,
        long decaySteps,
        DecayShape shape = DecayShape.OneMinusSqrt,
        double minLr = 0,
        double power = 1,
        double startFactor = 1.0 / 3)
    {
        Require.AtLeast(warmupSteps, 0, "WarmupSteps");
        Require.AtLeast(decaySteps, 1, "DecaySteps");
        Require.AtLeast(totalSteps, 1, "TotalSteps");
        if (decaySteps > totalSteps - warmupSteps)
            throw new InvalidParameterException("DecaySteps", decaySteps, $"The warm-up has {Counted.Of(warmupSteps, "step")} and the decay {decaySteps}, and the whole has {totalSteps}; give shorter parts, or more steps.");
        var decay = new DecaySchedule(maxLr, decaySteps, shape, minLr, power);
        long stable = totalSteps - warmupSteps - decaySteps;
        ILrSchedule main = stable == 0 ? decay : JoinedSchedule.Join(new ConstantSchedule(maxLr), decay, stable);
        return warmupSteps == 0 ? main : new WarmupSchedule(main, warmupSteps, startFactor);
    }
}
