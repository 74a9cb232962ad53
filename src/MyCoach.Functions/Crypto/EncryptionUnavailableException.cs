using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;

namespace MyCoach.Crypto;

/// <summary>The data key that is needed is not here, or the vault does not give it. Becomes 503 <c>encryption_unavailable</c>.</summary>
internal sealed class EncryptionUnavailableException() : ProblemException("The data key that this needs is not available.")
{
    public override ProblemHttpResult Problem => Problems.EncryptionUnavailable();
}
