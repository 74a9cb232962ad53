using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using MyCoach.Storage;

namespace MyCoach.Auth;

/// <summary>
/// Validates bearer tokens, and remembers for <see cref="Lifetime"/> that one was valid, by the SHA-256 of its text:
/// checking a signature is a large part of a call's CPU time. So an issuer's withdrawn signing key counts that much
/// longer. A token's expiry is checked each time.
/// </summary>
internal sealed class RememberedTokens(TimeProvider clock) : JsonWebTokenHandler
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    // A token and its claims take a few kilobytes.
    private const int MaxEntries = 2_000;

    private readonly ExpiringMap<string, TokenValidationResult> valid = new(clock, Lifetime, MaxEntries);

    public override async Task<TokenValidationResult> ValidateTokenAsync(
        string token,
        TokenValidationParameters validationParameters
    )
    {
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        if (
            valid.TryGet(hash, out var known)
            && clock.GetUtcNow().UtcDateTime < known.SecurityToken.ValidTo + validationParameters.ClockSkew
        )
        {
            return known;
        }
        var result = await base.ValidateTokenAsync(token, validationParameters);
        if (result.IsValid)
        {
            valid.Set(hash, result);
        }
        return result;
    }
}
