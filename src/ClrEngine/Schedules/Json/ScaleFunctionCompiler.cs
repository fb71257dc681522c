namespace ClrEngine.Schedules.Json;

/// <summary>Turns a saved script into a function; whoever gives one trusts what is read.</summary>
/// <param name="text">The script's text.</param>
/// <returns>The amplitude of a cycle or a step.</returns>
public delegate Func<double, double> ScaleFunctionCompiler(string text);
