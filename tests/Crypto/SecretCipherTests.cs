using System.Diagnostics;
using System.Security.Cryptography;
using FsCheck.Xunit;
using MyCoach.Crypto;

namespace MyCoach.Tests.Crypto;

public sealed class SecretCipherTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] Place = SecretCipher.AssociatedData("provider-key", "ann", "anthropic", "local-1");

    [Property]
    public bool What_was_encrypted_decrypts_to_the_same(FsCheck.UnicodeString text)
    {
        // Generated strings may hold half a surrogate pair, which is no text.
        var plaintext = string.Concat(text.Get.EnumerateRunes());
        return SecretCipher.Decrypt(Key, SecretCipher.Encrypt(Key, plaintext, Place), Place) == plaintext;
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused_instead_of_changed() =>
        Assert.ThrowsAny<ArgumentException>(() => SecretCipher.Encrypt(Key, "key\ud800", Place));

    [Fact]
    public void The_stored_value_is_three_hexadecimal_parts() =>
        Assert.Matches("^[0-9a-f]{24}:[0-9a-f]{32}:[0-9a-f]{22}$", SecretCipher.Encrypt(Key, "hello world", Place));

    [Fact]
    public void Each_encryption_has_a_new_IV()
    {
        var ivs = Enumerable.Range(0, 1000).Select(_ => SecretCipher.Encrypt(Key, "the same", Place).Split(':')[0]);
        Assert.Equal(1000, ivs.Distinct().Count());
    }

    [Fact]
    public void A_flipped_bit_in_any_byte_is_noticed()
    {
        var stored = SecretCipher.Encrypt(Key, "sk-ant-api03-something", Place);
        for (var i = 0; i < stored.Length; i++)
        {
            if (stored[i] != ':')
            {
                var flipped = Convert.ToString(Convert.ToInt32(stored[i].ToString(), 16) ^ 1, 16);
                Assert.ThrowsAny<CryptographicException>(() =>
                    SecretCipher.Decrypt(Key, $"{stored[..i]}{flipped}{stored[(i + 1)..]}", Place)
                );
            }
        }
    }

    [Theory]
    [InlineData("billing-key", "ann", "anthropic", "local-1")]
    [InlineData("provider-key", "ann2", "anthropic", "local-1")]
    [InlineData("provider-key", "ann", "openai", "local-1")]
    [InlineData("provider-key", "ann", "anthropic", "local-2")]
    [InlineData("provider-key", "anna", "nthropic", "local-1")]
    public void A_value_moved_to_another_place_does_not_decrypt(
        string purpose,
        string user,
        string provider,
        string dataKeyId
    )
    {
        var stored = SecretCipher.Encrypt(Key, "sk-ant-api03-something", Place);
        Assert.ThrowsAny<CryptographicException>(() =>
            SecretCipher.Decrypt(Key, stored, SecretCipher.AssociatedData(purpose, user, provider, dataKeyId))
        );
        Assert.ThrowsAny<CryptographicException>(() => SecretCipher.Decrypt(Key, stored));
    }

    [Theory]
    [InlineData("")]
    [InlineData("::")]
    [InlineData("00:00:00")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzz:00000000000000000000000000000000:00")]
    [InlineData("000000000000000000000000:00000000000000000000000000000000:0")]
    [InlineData("00000000000000000000000000000000:00000000000000000000000000000000:00")]
    public void What_is_not_in_the_stored_format_is_refused(string stored) =>
        Assert.ThrowsAny<CryptographicException>(() => SecretCipher.Decrypt(Key, stored, Place));

    [Theory]
    [InlineData("sk-ant-api03-0123456789")]
    [InlineData("")]
    [InlineData("Grüße 🙂")]
    public async Task Values_without_associated_data_pass_to_and_from_Nodes_crypto(string plaintext)
    {
        const string Encrypt = """
            const c = require('crypto'), [key, text] = process.argv.slice(1), iv = c.randomBytes(12);
            const e = c.createCipheriv('aes-256-gcm', Buffer.from(key, 'hex'), iv);
            const body = Buffer.concat([e.update(text, 'utf8'), e.final()]);
            process.stdout.write([iv, e.getAuthTag(), body].map(b => b.toString('hex')).join(':'));
            """;
        const string Decrypt = """
            const c = require('crypto'), [key, stored] = process.argv.slice(1);
            const [iv, tag, body] = stored.split(':').map(part => Buffer.from(part, 'hex'));
            const d = c.createDecipheriv('aes-256-gcm', Buffer.from(key, 'hex'), iv);
            d.setAuthTag(tag);
            process.stdout.write(Buffer.concat([d.update(body), d.final()]).toString('utf8'));
            """;
        var hexKey = Convert.ToHexString(Key);

        var fromNode = await RunNodeAsync(Encrypt, hexKey, plaintext);
        Assert.Equal(plaintext, SecretCipher.Decrypt(Key, fromNode));
        Assert.Equal(plaintext, await RunNodeAsync(Decrypt, hexKey, SecretCipher.Encrypt(Key, plaintext)));
    }

    private static async Task<string> RunNodeAsync(string script, params string[] arguments)
    {
        using var node = Process.Start(
            new ProcessStartInfo("node", ["-e", script, "--", .. arguments])
            {
                RedirectStandardOutput = true,
                StandardOutputEncoding = System.Text.Encoding.UTF8,
            }
        )!;
        var output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, node.ExitCode);
        return output;
    }
}
