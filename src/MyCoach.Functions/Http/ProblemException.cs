using Microsoft.AspNetCore.Http.HttpResults;

namespace MyCoach.Http;

/// <summary>An exception that states its own error answer. It is expected, so it is not logged as an error.</summary>
internal abstract class ProblemException(string message, Exception? inner = null) : Exception(message, inner)
{
    public abstract ProblemHttpResult Problem { get; }
}
