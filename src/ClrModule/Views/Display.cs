using System.Collections;
using System.Globalization;
using ClrEngine.Data;
using ClrFigures;

namespace ClrModule.Views;

/// <summary>What the views say of lists, shapes and models; the format files call it.</summary>
public static class Display
{
    /// <summary>How many things a list, live or deserialised, has: such as <c>2 epochs</c>. An s makes one of them several if left out.</summary>
    public static string Count(object? list, string one, string? many = null)
    {
        object? plain = list.Plain();
        int count = plain switch
        {
            null => 0,
            ICollection known => known.Count,
            IEnumerable items => items.Cast<object>().Count(),
            _ => 1,
        };
        return string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many ?? one + "s")}");
    }

    /// <summary>The sizes of a shape, such as <c>1×8×8</c>.</summary>
    public static string Shape(IEnumerable? shape) => shape is null ? "" : string.Join('×', shape.Cast<object>());

    /// <summary>What a data set's samples are to be answered with, such as <c>10 classes</c>.</summary>
    public static string Targets(object? data) => (data.Plain() as TrainingData)?.Train.Targets switch
    {
        ClassTargets classes => Count(classes.ClassNames, "class", "classes"),
        ValueTargets values => string.Create(CultureInfo.InvariantCulture, $"{values.Width} value{(values.Width == 1 ? "" : "s")}"),
        _ => "",
    };

    /// <summary>How much a module has to learn.</summary>
    public static string Weights(object? module) =>
        module.Plain() is TorchSharp.torch.nn.Module live ? NumberText.Whole(live.parameters().Sum(p => p.numel())) : "";
}
