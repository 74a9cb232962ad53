using System.Text.RegularExpressions;

namespace MyCoach.Crypto;

/// <summary>The vault or its key is unavailable. The message gives the operator the reason, without secrets.</summary>
internal sealed partial class KeyVaultException(string reason, Exception? inner = null) : Exception(reason, inner)
{
    /// <summary>The vault answered with an error.</summary>
    public static KeyVaultException Refused(int status, VaultError? error)
    {
        var code = error?.Inner?.Code ?? error?.Code;
        // A sentence is not logged, because it may repeat the request, and with it a data key.
        code = code is not null && Name().IsMatch(code) ? code : "no code";
        var hint = (status, code) switch
        {
            (401, _) => "the program's identity is not accepted",
            (403, "KeyDisabled") => "the key is disabled",
            (403, _) =>
                "the program's identity lacks access to the key (it needs get, wrapKey and unwrapKey), or a firewall blocks the program",
            (404, _) => "this key or version does not exist",
            (429, _) => "the vault is throttling requests",
            _ => "the vault failed",
        };
        return new KeyVaultException($"{hint} ({status} {code})");
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_.-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
