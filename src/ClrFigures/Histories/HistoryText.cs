using ClrEngine.Training;

namespace ClrFigures.Histories;

/// <summary>What figures and tables of training runs say.</summary>
internal static class HistoryText
{
    public static string Title(TrainingHistory history)
    {
        string of = history.Model is { } model ? $" of {model}" : "", on = history.Data is { } data ? $" on {data}" : "";
        return $"Training{of}{on}{Status(history.Status)}";
    }

    private static string Status(TrainingStatus status) => status switch
    {
        TrainingStatus.Completed => "",
        TrainingStatus.Diverged => " (diverged)",
        TrainingStatus.StoppedEarly => " (stopped early)",
        TrainingStatus.Cancelled => " (stopped by the user)",
        TrainingStatus.Running => " (running)",
        _ => $" ({status})",
    };
}
