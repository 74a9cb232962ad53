using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;

namespace MyCoach.Crypto;

/// <summary>
/// A stored value does not decrypt with its data key: it was changed, or copied from the row of another user, provider or purpose. Becomes 500
/// <c>key_unreadable</c>.
/// </summary>
internal sealed class TamperedException(CryptographicException inner) : ProblemException("A stored value was changed or moved.", inner)
{
    public override ProblemHttpResult Problem =>
        Problems.Of(
            StatusCodes.Status500InternalServerError,
            "key_unreadable",
            "The stored key cannot be decrypted, because its row was changed or moved. Store the key again and inform the operator."
        );
}
