using MyCoach.Crypto;

namespace MyCoach.Tests.Crypto;

/// <summary>Which ids are those of versions of the configured key, and why others are not.</summary>
public sealed class VaultKeyAddressTests
{
    private static readonly VaultKeyAddress Address = VaultKeyAddress.FromSetting(
        "https://Mycoach-Test.vault.azure.net/keys/Wrapping"
    )!;

    [Theory]
    [InlineData("https://mycoach-test.vault.azure.net/keys/Wrapping/0123456789abcdef", "0123456789abcdef")]
    [InlineData("HTTPS://MYCOACH-TEST.VAULT.AZURE.NET:443/Keys/wrapping/A-1._~", "A-1._~")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/Wrapping/...", "...")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/Other/../Wrapping/1", "1")]
    public void A_version_is_accepted(string keyId, string version)
    {
        Assert.Equal(version, Address.VersionOf(keyId));
        Assert.Null(Address.FindFault(keyId));
    }

    [Theory]
    [InlineData("", "it is not an https address")]
    [InlineData("keys/Wrapping/1", "it is not an https address")]
    [InlineData("http://mycoach-test.vault.azure.net/keys/Wrapping/1", "it is not an https address")]
    [InlineData("https://ann@mycoach-test.vault.azure.net/keys/Wrapping/1", "it is not an https address")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/Wrapping/1?x=2", "it is not an https address")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/Wrapping/1#x", "it is not an https address")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/Wrapping/1 2", "it is not an https address")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/Wrapping/1\n", "it is not an https address")]
    [InlineData("https://mycoach-test.vault.azure.net/keys\\Wrapping/1", "it is not an https address")]
    [InlineData("https://other.vault.azure.net/keys/Wrapping/1", "it is not in mycoach-test.vault.azure.net")]
    [InlineData("https://mycoach-test.vault.azure.net:8443/keys/Wrapping/1", "it is not in mycoach-test.")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/Other/1", "it does not name the key Wrapping")]
    [InlineData("https://mycoach-test.vault.azure.net/secrets/Wrapping/1", "it does not name the key Wrapping")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/Wrapping/%2e%2e/Other/1", "it does not name the key")]
    [InlineData("https://mycoach-test.vault.azure.net", "it has no version")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/Wrapping", "it has no version")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/Wrapping/", "it has no version")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/Wrapping/1/2", "its version is not a single path segment")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/Wrapping/1/", "its version is not a single path segment")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/Wrapping/1%2f2", "its version is not a single path segment")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/Wrapping/1%5C2", "its version is not a single path segment")]
    public void Another_address_is_refused_with_the_reason(string keyId, string fault)
    {
        Assert.Null(Address.VersionOf(keyId));
        Assert.StartsWith(fault, Address.FindFault(keyId), StringComparison.Ordinal);
    }
}
