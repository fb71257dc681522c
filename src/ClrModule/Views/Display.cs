using System.Collections;
using System.Globalization;
using ClrEngine.Data;
using ClrFigures;
using ClrModule.Binding;

namespace ClrModule.Views;

/// <summary>How the views write numbers. Public so that the format file can call it.</summary>
public static class Display
{
    /// <summary>A rate with four significant digits.</summary>
    /// <param name="rate">The rate.</param>
    public static string Rate(double? rate) => NumberText.Rate(rate);

    /// <summary>A loss with four decimals.</summary>
    /// <param name="loss">The loss.</param>
    public static string Loss(double? loss) => NumberText.Loss(loss);

    /// <summary>A share in percent with two decimals.</summary>
    /// <param name="percent">The share, in percent.</param>
    public static string Percent(double? percent) => NumberText.Percent(percent);

    /// <summary>A momentum with three decimals.</summary>
    /// <param name="momentum">The momentum.</param>
    public static string Momentum(double? momentum) => NumberText.Momentum(momentum);

    /// <summary>How many things a list has, instead of the list.</summary>
    /// <param name="list">The list, live or deserialised.</param>
    /// <param name="one">One of them, such as <c>epoch</c>.</param>
    /// <param name="many">Several of them; an s is added to one if left out.</param>
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

    /// <summary>A whole number with commas between thousands.</summary>
    /// <param name="number">The number.</param>
    public static string Whole(long? number) => NumberText.Whole(number);

    /// <summary>The sizes of a shape, such as <c>1×8×8</c>.</summary>
    /// <param name="shape">The sizes.</param>
    public static string Shape(IEnumerable? shape) => shape is null ? "" : string.Join('×', shape.Cast<object>());

    /// <summary>What a data set's samples are to be answered with, such as <c>10 classes</c>.</summary>
    /// <param name="data">A data set.</param>
    public static string Targets(object? data) => (data.Plain() as TrainingData)?.Train.Targets switch
    {
        ClassTargets classes => Count(classes.ClassNames, "class", "classes"),
        ValueTargets values => string.Create(CultureInfo.InvariantCulture, $"{values.Width} value{(values.Width == 1 ? "" : "s")}"),
        _ => "",
    };

    /// <summary>How much a module has to learn.</summary>
    /// <param name="module">A TorchSharp module.</param>
    public static string Weights(object? module) =>
        module.Plain() is TorchSharp.torch.nn.Module live ? Whole(live.parameters().Sum(p => p.numel())) : "";

    /// <summary>A time in seconds with two decimals.</summary>
    /// <param name="seconds">The time.</param>
    public static string Seconds(double? seconds) => NumberText.Seconds(seconds);
}
