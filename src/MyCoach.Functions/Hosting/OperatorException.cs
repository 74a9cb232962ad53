namespace MyCoach.Hosting;

/// <summary>
/// A fault that the operator can fix from its message alone: the program prints one line and exits with 1.
/// </summary>
internal abstract class OperatorException(string message) : Exception(message);
