using System.Text.Json.Nodes;
using ClrEngine.Training.Cycles;

namespace ClrEngine.Training.Checkpoints;

/// <summary>All that decides what a run computes: two runs of the same identity go the same way.</summary>
public sealed record RunIdentity
{
    /// <summary>The model's name with its arguments.</summary>
    public required string Model { get; init; }

    /// <summary>The data set's name, for people.</summary>
    public required string Data { get; init; }

    /// <summary>The hash that recognises the data, see <see cref="ClrEngine.Data.TrainingData.Identity"/>.</summary>
    public required string DataIdentity { get; init; }

    /// <summary>Training samples.</summary>
    public required long SampleCount { get; init; }

    /// <summary>Samples of a batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The seed of weights and batch order.</summary>
    public required int Seed { get; init; }

    /// <summary>The schedule, whole.</summary>
    public required JsonNode Schedule { get; init; }

    /// <summary>How the model learns: optimiser, loss and all their settings.</summary>
    public required JsonNode Learning { get; init; }

    /// <summary>What the run does where a cycle ends.</summary>
    public required CycleUse Cycles { get; init; }
}
