using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using MyCoach.Users;

namespace MyCoach.Auth;

/// <summary>
/// The text of a token: <c>mc_</c>, the partition of its user, its id, <c>_</c>, a secret of 256 random bits, and a
/// checksum by which scanners for leaked secrets recognise it.
/// </summary>
internal sealed partial class TokenText
{
    public const string Prefix = "mc_";

    // 64 bits: a user has few tokens.
    private const int IdBytes = 8;
    private const int IdLength = 12;
    private const int SecretBytes = 32;
    private const int SecretLength = 43;
    private const int ChecksumBytes = 4;
    private const int ChecksumLength = 6;

    private TokenText(string value, string owner, string id, string secret)
    {
        (Value, Owner, Id) = (value, owner, id);
        Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));
        Hint = $"{Prefix}…{secret[^4..]}";
    }

    /// <summary>The whole text, which only its user may see.</summary>
    public string Value { get; }

    /// <summary>The partition of its user's tokens.</summary>
    public string Owner { get; }

    public string Id { get; }

    /// <summary>The SHA-256 of the secret, in hex.</summary>
    public string Hash { get; }

    public string Hint { get; }

    /// <param name="id">Null for a new id.</param>
    public static TokenText Create(UserId user, string? id = null)
    {
        var (owner, ownId) = (TokenOwner.Of(user), id ?? RandomText(IdBytes, IdLength));
        var secret = RandomText(SecretBytes, SecretLength);
        var body = $"{Prefix}{owner}{ownId}_{secret}";
        return new TokenText(body + ChecksumOf(body), owner, ownId, secret);
    }

    /// <summary>Null if the text is no token: another form, or a wrong checksum.</summary>
    public static TokenText? TryParse(string text) =>
        Form().Match(text) is { Success: true } match
        && text.EndsWith(ChecksumOf(text[..^ChecksumLength]), StringComparison.Ordinal)
            ? new TokenText(text, match.Groups["owner"].Value, match.Groups["id"].Value, match.Groups["secret"].Value)
            : null;

    /// <summary>Whether the secret has this hash. Takes the same time for all hashes.</summary>
    public bool HasHash(string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash), Encoding.ASCII.GetBytes(hash));

    private static string RandomText(int bytes, int length) =>
        Base62.Encode(RandomNumberGenerator.GetBytes(bytes), length);

    private static string ChecksumOf(string body) =>
        Base62.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(body)).AsSpan(0, ChecksumBytes), ChecksumLength);

    // 22 of the owner, 12 of the id, 43 of the secret and 6 of the checksum.
    [GeneratedRegex(@"^mc_(?<owner>[A-Za-z0-9]{22})(?<id>[A-Za-z0-9]{12})_(?<secret>[A-Za-z0-9]{43})[A-Za-z0-9]{6}\z")]
    private static partial Regex Form();
}
