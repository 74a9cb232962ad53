using Microsoft.AspNetCore.Http.HttpResults;

namespace MyCoach.Http;

/// <summary>An exception with its own error response. It is expected, so it is not logged as an error.</summary>
internal abstract class ProblemException(string message, Exception? inner = null) : Exception(message, inner)
{
    public abstract ProblemHttpResult Problem { get; }
}
