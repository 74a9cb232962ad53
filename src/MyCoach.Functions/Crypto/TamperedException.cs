using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;

namespace MyCoach.Crypto;

/// <summary>
/// A stored value does not decrypt though its data key is here: its row was changed, or is another user's, provider's or purpose's. Becomes 500
/// <c>key_unreadable</c>.
/// </summary>
internal sealed class TamperedException(CryptographicException inner) : ProblemException("A stored value was changed or moved.", inner)
{
    public override ProblemHttpResult Problem =>
        Problems.Of(
            StatusCodes.Status500InternalServerError,
            "key_unreadable",
            "The stored key cannot be read, because what was stored was changed or moved. Store it again, and tell the operator."
        );
}
