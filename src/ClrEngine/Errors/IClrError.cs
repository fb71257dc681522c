namespace ClrEngine.Errors;

/// <summary>An error that a user can cause and put right. Every exception that the engine throws on purpose implements it.</summary>
public interface IClrError
{
    /// <summary>One stable word for the cause, such as <c>BaseLrNotBelowMaxLr</c>: scripts match on it.</summary>
    string ErrorId { get; }
}
