using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;

namespace MyCoach.Crypto;

/// <summary>The data key is missing or the vault is unavailable. Becomes 503 <c>encryption_unavailable</c>.</summary>
internal sealed class EncryptionUnavailableException() : ProblemException("The data key is unavailable.")
{
    public override ProblemHttpResult Problem => Problems.EncryptionUnavailable();
}
