namespace ClrEngine.Schedules;

/// <summary>A schedule that fills a run of rates faster than one by one, with the same bits.</summary>
internal interface IBulkSchedule
{
    /// <summary>Writes the rates of the steps from <paramref name="from"/> on, as many as there is room for.</summary>
    void Fill(Span<double> rates, long from);
}
