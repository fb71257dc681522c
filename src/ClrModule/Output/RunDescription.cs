using System.Globalization;
using ClrEngine.Data;
using ClrEngine.Schedules;
using ClrEngine.Torch.Models;
using ClrEngine.Training;
using ClrEngine.Training.Checkpoints;
using ClrModule.Views;

namespace ClrModule.Output;

/// <summary>What a training run would do, for <c>-WhatIf</c> and <c>-Confirm</c>.</summary>
internal static class RunDescription
{
    /// <summary>What is trained, on what.</summary>
    public static string Target(ModelSource model, TrainingData data) =>
        $"{model.Name} on {data.Name} ({Display.Whole(data.Train.Count)} samples to learn from, {Display.Whole(data.Validation.Count)} to validate on)";

    /// <summary>For how long, under what, where, and with which files.</summary>
    public static string Action(ILrSchedule schedule, BatchPlan plan, TrainingOptions options, string device, CheckpointOptions? checkpoints, string? outPath, string? eventsPath = null) => string.Create(
        CultureInfo.InvariantCulture,
        $"Train {Length(options, plan)} ({options.StepsUnder(schedule, plan):N0} steps) under {schedule}, on {device}; {Files(checkpoints, outPath, eventsPath)}");

    private static string Length(TrainingOptions options, BatchPlan plan) => options.Cycles is { } cycles
        ? string.Create(CultureInfo.InvariantCulture, $"{cycles} cycles")
        : string.Create(CultureInfo.InvariantCulture, $"{options.Epochs} epochs of {plan.StepsPerEpoch} steps");

    private static string Files(CheckpointOptions? checkpoints, string? outPath, string? eventsPath)
    {
        string[] files =
        [
            .. checkpoints is null ? Array.Empty<string>() : [Checkpoints(checkpoints)],
            .. outPath is null ? Array.Empty<string>() : [$"the models are written to '{outPath}'"],
            .. eventsPath is null ? Array.Empty<string>() : [$"TensorBoard events are written to '{eventsPath}'"],
        ];
        return files.Length == 0 ? "no files are written" : string.Join("; ", files);
    }

    private static string Checkpoints(CheckpointOptions checkpoints) => checkpoints switch
    {
        { Force: true } => $"the checkpoints in '{checkpoints.Path}' are removed, and new ones written",
        { Resume: true } => $"go on from the newest checkpoint in '{checkpoints.Path}', and write new ones",
        _ => $"checkpoints are written to '{checkpoints.Path}'",
    };
}
