using System.Security.Cryptography;

namespace MyCoach.Crypto;

/// <summary>
/// A stored value does not decrypt though its data key is here: its row was changed, or is another user's, provider's or purpose's. Becomes 500
/// <c>key_unreadable</c>.
/// </summary>
internal sealed class TamperedException(CryptographicException inner) : Exception("A stored value was changed or moved.", inner);
